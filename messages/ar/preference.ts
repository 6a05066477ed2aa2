import type { preference as english } from '@/messages/en/preference'
import type { Translation } from '@/messages/translation'

export const preference = {
  title: 'الإعدادات',
  saved: 'تم الحفظ',
  unsaved: 'تعذّر الحفظ. {reason}',
  loading: 'جارٍ تحميل إعداداتك…',
  language: {
    legend: 'اللغة',
    browser: 'لغة المتصفح',
  },
  theme: {
    legend: 'المظهر',
    system: 'النظام',
    light: 'فاتح',
    dark: 'داكن',
  },
  model: {
    legend: 'النموذج',
    standard: 'الافتراضي',
    standardNamed: 'الافتراضي ({name})',
    unavailable: '{name} (غير متاح)',
  },
  answerCache: {
    legend: 'الإجابات الفورية',
    shared: {
      name: 'مشتركة',
      words:
        'يُجاب فورًا عن الأسئلة الشائعة لكل من فعّل هذا الخيار. قد يُعاد استخدام إجاباتك، ولكن فقط بعد أن يطرح عدة مستخدمين آخرين السؤال نفسه.',
    },
    private: {
      name: 'خاصة',
      words: 'يُجاب فورًا عن أسئلتك المتكررة من إجاباتك السابقة. أنت وحدك تراها.',
    },
    off: {
      name: 'متوقفة',
      words: 'يذهب كل سؤال إلى النموذج.',
    },
  },
  sendKey: {
    legend: 'الإرسال بواسطة',
    enter: {
      name: 'Enter',
      words: 'Shift+Enter لسطر جديد',
    },
    'mod-enter': {
      name: '\u2066Ctrl/⌘+Enter\u2069',
      words: 'Enter لسطر جديد',
    },
  },
  shortcuts: {
    legend: 'اختصارات لوحة المفاتيح',
    use: 'تفعيل اختصارات لوحة المفاتيح',
  },
  sessions: {
    legend: 'الأجهزة',
    words: 'الأجهزة التي سجّلت الدخول منها.',
    loading: 'جارٍ تحميل أجهزتك…',
    since: 'سُجّل الدخول في {date}',
    current: 'هذا الجهاز',
    revoke: 'تسجيل الخروج',
    revokeDevice: 'تسجيل الخروج من {device}',
    device: '{browser} على {system}',
    unknownDevice: 'جهاز غير معروف',
    endOthers: 'تسجيل الخروج من الأجهزة الأخرى',
  },
  keys: {
    legend: 'مفاتيح API',
    words: 'تتيح مفاتيح API لتطبيقات أخرى العمل باسمك. تغيير كلمة المرور لا يلغيها.',
    loading: 'جارٍ تحميل مفاتيح API…',
    make: 'إنشاء مفتاح',
    noScope: 'بلا أذونات',
    used: 'آخر استخدام في {date}',
    neverUsed: 'لم يُستخدم بعد',
    expires: 'ينتهي في {date}',
    expired: 'انتهى في {date}',
    neverExpires: 'لا ينتهي أبدًا',
    revoke: 'إلغاء',
    revokeKey: 'إلغاء {name}',
    revoked: 'أُلغي «{name}».',
    confirmTitle: 'هل تريد إلغاء هذا المفتاح؟',
    confirmWords: 'ستتوقف التطبيقات التي تستخدم «{name}» عن العمل. لا يمكن التراجع عن ذلك.',
    keep: 'تراجع',
    confirm: 'إلغاء المفتاح',
    makeTitle: 'مفتاح API جديد',
    name: 'الاسم',
    nameHint: 'مثلًا: خادم المنزل',
    mayDo: 'الأذونات',
    scopeMissing: 'اختر واحدًا على الأقل.',
    again: 'أكّد كلمة مرورك لإنشاء مفتاح.',
    expiry: 'ينتهي',
    days: '{count, plural, zero {بعد # يوم} one {بعد يوم واحد} two {بعد يومين} few {بعد # أيام} many {بعد # يومًا} other {بعد # يوم}}',
    never: 'أبدًا',
    cancel: 'إلغاء',
    create: 'إنشاء مفتاح',
    busy: 'جارٍ الإنشاء…',
    madeTitle: 'أُنشئ مفتاح API',
    madeWords: 'انسخه الآن، فلن تراه مرة أخرى.',
    key: 'مفتاح API',
    copy: 'نسخ',
    copied: 'تم النسخ',
    notCopied: 'تعذّر النسخ. حدّد المفتاح وانسخه.',
    done: 'تم',
    scopes: {
      chat: {
        name: 'المحادثة',
        words: 'طرح الأسئلة وقراءة محادثاتك.',
      },
      'todos:read': {
        name: 'قراءة المهام',
        words: 'الاطلاع على مهامك.',
      },
      'todos:write': {
        name: 'تعديل المهام',
        words: 'إضافة مهامك وتعديلها وحذفها.',
      },
      mcp: {
        name: 'MCP',
        words: 'السماح لعملاء MCP باستخدام الأذونات أعلاه.',
      },
    },
  },
  password: {
    title: 'كلمة المرور',
    lead: 'يؤدي تغييرها إلى تسجيل خروج أجهزتك الأخرى.',
    current: 'كلمة المرور الحالية',
    new: 'كلمة المرور الجديدة',
    rule: '12 حرفًا على الأقل',
    change: 'تغيير كلمة المرور',
    busy: 'جارٍ التغيير…',
    done: 'تم تغيير كلمة المرور، وسُجّل خروج أجهزتك الأخرى.',
  },
  export: {
    title: 'التصدير',
    lead: 'نزّل محادثاتك ومهامك وإعداداتك بصيغة JSON.',
    save: 'تصدير البيانات',
    busy: 'جارٍ التحضير…',
    done: 'بدأ التنزيل.',
  },
  import: {
    title: 'الاستيراد',
    lead: 'استورد ملفًا صدّره Goldfish أو ملف conversations.json من ChatGPT، حتى 50 ميغابايت. تبقى المحادثات الحالية كما هي.',
    choose: 'اختيار ملف',
    sending: 'جارٍ الرفع… {part, number, percent}',
    reading: 'جارٍ الاستيراد…',
    isZip: 'هذا ملف ZIP. فك ضغطه أولًا ثم اختر conversations.json.',
    tooLarge: 'هذا الملف أكبر من 50 ميغابايت.',
    imported:
      '{count, plural, zero {لم تُستورد أي محادثة.} one {استُوردت محادثة واحدة.} two {استُوردت محادثتان.} few {استُوردت # محادثات.} many {استُوردت # محادثة.} other {استُوردت # محادثة.}}',
    skipped:
      '{count, plural, zero {لم يُتخطَّ شيء.} one {تم تخطي واحدة (مستوردة بالفعل).} two {تم تخطي اثنتين (مستوردتان بالفعل).} few {تم تخطي # (مستوردة بالفعل).} many {تم تخطي # (مستوردة بالفعل).} other {تم تخطي # (مستوردة بالفعل).}}',
    failed:
      '{count, plural, zero {لم يفشل شيء:} one {فشل استيراد واحدة:} two {فشل استيراد اثنتين:} few {فشل استيراد #:} many {فشل استيراد #:} other {فشل استيراد #:}}',
    shortened:
      '{count, plural, zero {لم تُستورد أي محادثة دون نهاية رسالة طويلة:} one {استُوردت محادثة واحدة دون نهاية رسالة طويلة:} two {استُوردت محادثتان دون نهاية رسالة طويلة:} few {استُوردت # محادثات دون نهاية رسالة طويلة:} many {استُوردت # محادثة دون نهاية رسالة طويلة:} other {استُوردت # محادثة دون نهاية رسالة طويلة:}}',
    number: 'رقم {number}',
    untold:
      '{count, plural, zero {ولا شيء غيرها.} one {وواحدة أخرى.} two {واثنتان أخريان.} few {و# أخرى.} many {و# أخرى.} other {و# أخرى.}}',
  },
  allChats: {
    title: 'حذف كل المحادثات',
    lead: 'يحذف كل المحادثات، ومنها المؤرشفة. يمكنك التراجع خلال 20 ثانية.',
    delete: 'حذف كل المحادثات',
    deleted:
      '{count, plural, zero {لم تُحذف أي محادثة} one {حُذفت محادثة واحدة} two {حُذفت محادثتان} few {حُذفت # محادثات} many {حُذفت # محادثة} other {حُذفت # محادثة}}',
    restored:
      '{count, plural, zero {لم تُستعد أي محادثة} one {استُعيدت محادثة واحدة} two {استُعيدت محادثتان} few {استُعيدت # محادثات} many {استُعيدت # محادثة} other {استُعيدت # محادثة}}',
    none: 'لا توجد محادثات لحذفها.',
    tooLate: 'لم تعد استعادتها ممكنة.',
  },
  account: {
    title: 'حذف الحساب',
    lead: 'احذف حسابك وبياناتك نهائيًا.',
    delete: 'حذف حسابي',
    confirmTitle: 'هل تريد حذف حسابك؟',
    whatGoes:
      'سيُحذف {email} نهائيًا مع كل المحادثات والمهام والروابط المشتركة والإعدادات. صدّر بياناتك أولًا إن أردت الاحتفاظ بها.',
    password: 'أكّد كلمة مرورك',
    cancel: 'إلغاء',
    confirm: 'حذف الحساب',
    busy: 'جارٍ الحذف…',
  },
  goodbye: {
    title: 'تم حذف الحساب',
    words: 'حُذفت بياناتك. شكرًا لاستخدامك Goldfish.',
  },
} as const satisfies Translation<typeof english>
