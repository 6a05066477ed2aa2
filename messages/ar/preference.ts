import type { preference as english } from '@/messages/en/preference'
import type { Translation } from '@/messages/translation'

export const preference = {
  title: 'التفضيلات',
  saved: 'تم الحفظ',
  unsaved: 'لم يُحفظ هذا. {reason}',
  loading: 'جارٍ تحميل تفضيلاتك…',
  language: {
    legend: 'اللغة',
    browser: 'لغة المتصفح',
  },
  theme: {
    legend: 'المظهر',
    system: 'مظهر النظام',
    light: 'فاتح',
    dark: 'داكن',
  },
  model: {
    legend: 'النموذج',
    standard: 'الافتراضي',
    standardNamed: 'الافتراضي ({name})',
    unavailable: '{name} (غير متاح الآن)',
  },
  answerCache: {
    legend: 'ذاكرة الإجابات',
    shared: {
      name: 'مشتركة',
      words: 'قد يُجاب عن الأسئلة العامة من إجابات أُعطيت لغيرك، وقد تفيد إجاباتك عن مثل هذه الأسئلة غيرك.',
    },
    private: {
      name: 'خاصة',
      words: 'يُجاب فورًا عن أسئلتك المتكررة من إجاباتك السابقة، ولا يراها أحد غيرك.',
    },
    off: {
      name: 'متوقفة',
      words: 'يذهب كل سؤال إلى النموذج، ولا تُحفظ أي إجابة لوقت لاحق.',
    },
  },
  sendKey: {
    legend: 'مفتاح الإرسال',
    enter: {
      name: 'الإرسال بمفتاح Enter',
      words: 'يبدأ Shift+Enter سطرًا جديدًا.',
    },
    'mod-enter': {
      name: 'الإرسال بالمفتاحين Ctrl+Enter أو \u2066⌘+Enter\u2069',
      words: 'يبدأ Enter سطرًا جديدًا.',
    },
  },
  shortcuts: {
    legend: 'اختصارات لوحة المفاتيح',
    use: 'استخدام اختصارات لوحة المفاتيح',
    newChat: {
      keys: 'Ctrl/⌘ + Shift + O',
      does: 'محادثة جديدة',
    },
    toComposer: {
      keys: 'Shift + Esc',
      does: 'إلى مربع الرسالة',
    },
    copyAnswer: {
      keys: 'Ctrl/⌘ + Shift + C',
      does: 'نسخ آخر إجابة',
    },
  },
  sessions: {
    legend: 'الجلسات',
    words: 'حيث سجّلت الدخول. تنتهي الجلسة الملغاة مع طلبها التالي.',
    loading: 'جارٍ تحميل جلساتك…',
    since: 'منذ {date}',
    current: 'هذه الجلسة',
    revoke: 'إلغاء',
    revokeDevice: 'إلغاء {device}',
    device: '{browser} على {system}',
    unknownDevice: 'جهاز غير معروف',
  },
} as const satisfies Translation<typeof english>
