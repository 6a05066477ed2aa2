import type { sidebar as english } from '@/messages/en/sidebar'
import type { Translation } from '@/messages/translation'

export const sidebar = {
  newChat: 'محادثة جديدة',
  untitled: 'محادثة جديدة',
  search: 'بحث',
  chats: 'المحادثات',
  todos: 'المهام',
  list: {
    loading: 'جارٍ تحميل محادثاتك…',
    more: 'جارٍ تحميل المزيد…',
    empty: 'لا محادثات بعد',
    stale: 'تعذّر تحديث القائمة.',
  },
  group: { pinned: 'المثبّتة', today: 'اليوم', yesterday: 'أمس', week: 'الأيام السبعة الماضية' },
  archive: {
    open: 'الأرشيف',
    back: 'رجوع',
    title: 'المحادثات المؤرشفة',
    empty: 'لا توجد محادثات مؤرشفة.',
  },
  row: {
    menu: 'خيارات {title}',
    running: 'جارٍ الرد',
    unseen: 'إجابة جديدة',
    title: 'عنوان المحادثة',
    rename: 'إعادة التسمية',
    pin: 'تثبيت',
    unpin: 'إلغاء التثبيت',
    share: 'مشاركة…',
    saveMarkdown: 'تصدير بصيغة Markdown',
    saveJson: 'تصدير بصيغة JSON',
    archive: 'أرشفة',
    unarchive: 'إلغاء الأرشفة',
    delete: 'حذف',
  },
  said: {
    deleted: 'حُذفت «{title}»',
    archived: 'أُرشفت «{title}»',
    unarchived: 'أُلغيت أرشفة «{title}»',
    tooLate: 'لم تعد استعادة هذه المحادثة ممكنة.',
  },
  user: { preferences: 'الإعدادات', shortcuts: 'اختصارات لوحة المفاتيح', signOut: 'تسجيل الخروج' },
} as const satisfies Translation<typeof english>
