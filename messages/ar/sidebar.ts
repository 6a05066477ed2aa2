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
    empty: 'ستظهر محادثاتك هنا.',
    stale: 'تعذّر تحديث القائمة.',
  },
  group: { pinned: 'المثبّتة', today: 'اليوم', yesterday: 'أمس', week: 'الأيام السبعة الماضية' },
  archive: {
    open: 'الأرشيف',
    back: 'كل المحادثات',
    title: 'المحادثات المؤرشفة',
    empty: 'لا توجد محادثات مؤرشفة.',
  },
  row: {
    menu: 'خيارات {title}',
    running: 'تُكتب إجابة الآن',
    unseen: 'إجابة جديدة',
    title: 'عنوان المحادثة',
    rename: 'إعادة التسمية',
    pin: 'تثبيت',
    unpin: 'إلغاء التثبيت',
    share: 'مشاركة…',
    saveMarkdown: 'تصدير بصيغة Markdown',
    saveJson: 'تصدير بصيغة JSON',
    archive: 'أرشفة',
    unarchive: 'إخراج من الأرشيف',
    delete: 'حذف',
  },
  said: {
    deleted: 'حُذفت «{title}»',
    archived: 'أُرشفت «{title}»',
    unarchived: 'عادت «{title}» إلى محادثاتك',
    tooLate: 'فات الأوان لاستعادة هذه المحادثة.',
  },
  user: { preferences: 'التفضيلات', shortcuts: 'اختصارات لوحة المفاتيح', signOut: 'تسجيل الخروج' },
} as const satisfies Translation<typeof english>
