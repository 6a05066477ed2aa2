import type { todo as english } from '@/messages/en/todo'
import type { Translation } from '@/messages/translation'

export const todo = {
  title: 'المهام',
  loading: 'جارٍ تحميل مهامك…',
  stale: 'تعذّر تحديث القائمة.',
  add: { label: 'مهمة جديدة', placeholder: 'أضف مهمة', submit: 'إضافة' },
  filter: { label: 'عرض', all: 'الكل', open: 'المفتوحة', done: 'المنجزة' },
  list: {
    label: 'المهام',
    keys: 'استخدم مفاتيح الأسهم للتنقل، والمسافة للإنجاز، وEnter للتعديل، وDelete للحذف.',
  },
  empty: {
    all: 'لا مهام بعد',
    allHint: 'أضف مهمة في الأعلى، أو قل لـ Goldfish: «أضف الحليب إلى قائمتي».',
    open: 'تم إنجاز كل شيء',
    openHint: 'ليس لديك مهام مفتوحة.',
    done: 'لم يُنجز شيء بعد',
    doneHint: 'تظهر المهام المنجزة هنا.',
  },
  row: { edit: 'تعديل «{title}»', delete: 'حذف «{title}»', description: 'وصف «{title}»' },
  edit: { title: 'العنوان', description: 'الوصف', save: 'حفظ', cancel: 'إلغاء' },
  said: {
    added: 'أُضيفت «{title}»',
    done: 'أُنجزت «{title}»',
    opened: 'أُعيد فتح «{title}»',
    changed: 'حُفظت «{title}»',
    deleted: 'حُذفت «{title}»',
    restored: 'استُعيدت «{title}»',
  },
  failed: {
    add: 'تعذّرت إضافة «{title}».',
    patch: 'تعذّر حفظ «{title}».',
    remove: 'تعذّر حذف «{title}».',
    dismiss: 'إخفاء',
  },
} as const satisfies Translation<typeof english>
