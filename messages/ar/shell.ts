import type { shell as english } from '@/messages/en/shell'
import type { Translation } from '@/messages/translation'

export const shell = {
  skip: 'الانتقال إلى المحتوى',
  sidebar: 'الشريط الجانبي',
  openSidebar: 'فتح الشريط الجانبي',
  closeSidebar: 'إغلاق الشريط الجانبي',
  newChat: 'محادثة جديدة',
  close: 'إغلاق',
  dialogNotLoaded: 'تعذّر التحميل. تحقق من اتصالك، أو أعد تحميل الصفحة.',
  toast: { undo: 'تراجع', dismiss: 'إخفاء' },
  search: {
    title: 'البحث والأوامر',
    placeholder: 'ابحث في المحادثات والأوامر',
    results: 'النتائج',
    searching: 'جارٍ البحث…',
    found:
      '{count, plural, zero {لا توجد محادثة فيها ذلك} one {محادثة واحدة} two {محادثتان} few {# محادثات} many {# محادثة} other {# محادثة}}',
    more: 'أول {count, plural, zero {# محادثة} one {محادثة} two {محادثتين} few {# محادثات} many {# محادثة} other {# محادثة}}. كلما زادت الكلمات قلّت النتائج.',
    recent: 'أحدث المحادثات',
    chats: 'المحادثات',
    commands: 'الأوامر',
    archived: 'مؤرشفة · {at}',
    untitled: 'محادثة جديدة',
  },
  command: {
    newChat: 'محادثة جديدة',
    todos: 'المهام',
    temporaryChat: 'محادثة مؤقتة جديدة',
    preferences: 'التفضيلات',
    themeSystem: 'المظهر: مظهر النظام',
    themeLight: 'المظهر: فاتح',
    themeDark: 'المظهر: داكن',
    shortcuts: 'اختصارات لوحة المفاتيح',
    signOut: 'تسجيل الخروج',
  },
  shortcut: {
    title: 'اختصارات لوحة المفاتيح',
    off: 'الاختصارات معطّلة في تفضيلاتك.',
    newChat: 'محادثة جديدة',
    search: 'البحث والأوامر',
    toComposer: 'إلى مربع الرسالة',
    copyLast: 'نسخ آخر إجابة',
    list: 'هذه القائمة',
  },
  key: { ctrl: 'Ctrl', shift: 'Shift' },
  offline: {
    bar: 'لا يوجد اتصال. ما زال بإمكانك قراءة ما في هذه الصفحة.',
    title: 'أنت غير متصل',
    words: 'لا يمكن الوصول إلى Goldfish من دون اتصال. ما كنت تكتبه محفوظ.',
    retry: 'إعادة المحاولة',
  },
} as const satisfies Translation<typeof english>
