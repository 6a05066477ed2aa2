import type { todo as english } from '@/messages/en/todo'
import type { Translation } from '@/messages/translation'

export const todo = {
  title: 'المهام',
  loading: 'جارٍ تحميل مهامك…',
  stale: 'تعذّر تحديث القائمة.',
  add: { label: 'مهمة جديدة', placeholder: 'ما الذي يجب إنجازه؟', submit: 'إضافة' },
  filter: { label: 'عرض', all: 'الكل', open: 'المفتوحة', done: 'المنجزة' },
  list: {
    label: 'المهام',
    keys: 'تنقل مفاتيح الأسهم بين المهام. مفتاح المسافة ينجز المهمة، وEnter يعدّل نصها، وDelete يحذفها.',
  },
  empty: {
    all: 'لا شيء هنا بعد.',
    allHint: 'اكتب أول مهمة في الأعلى، أو قلها في محادثة: «أضف الحليب إلى قائمتي».',
    open: 'لا مهام مفتوحة.',
    openHint: 'أُنجز كل ما كان مطلوبًا.',
    done: 'لم يُنجز شيء بعد.',
    doneHint: 'ما تنجزه يبقى هنا.',
  },
  row: { edit: 'تعديل «{title}»', delete: 'حذف «{title}»', description: 'وصف «{title}»' },
  edit: { title: 'العنوان', description: 'الوصف', save: 'حفظ', cancel: 'إلغاء' },
  said: {
    added: 'أُضيفت «{title}»',
    done: 'أُنجزت «{title}»',
    opened: 'فُتحت «{title}» من جديد',
    changed: 'حُفظت «{title}»',
    deleted: 'حُذفت «{title}»',
    restored: 'عادت «{title}»',
  },
  failed: {
    add: 'لم تُضف «{title}».',
    patch: 'لم تُعدّل «{title}».',
    remove: 'لم تُحذف «{title}».',
    dismiss: 'تجاهل',
  },
} as const satisfies Translation<typeof english>
