import type { share as english } from '@/messages/en/share'
import type { Translation } from '@/messages/translation'

export const share = {
  title: 'مشاركة المحادثة',
  untitled: 'محادثة جديدة',
  whatIsInIt: 'يمكن لأي شخص لديه الرابط عرض هذه المحادثة كما هي الآن. لا يُشارَك اسمك ولا الملفات ولا الرسائل اللاحقة.',
  link: 'رابط هذه المحادثة',
  make: 'إنشاء رابط',
  copy: 'نسخ',
  copied: 'تم نسخ الرابط',
  notCopied: 'تعذّر النسخ. حدّد الرابط وانسخه.',
  madeAt: 'لقطة من {at}',
  update: 'تحديث الرابط',
  revoke: 'حذف الرابط',
  revoked: 'تم حذف الرابط.',
  isShortened: 'المحادثة أطول من أن تُشارَك كاملةً. يعرض الرابط أحدث جزء منها.',
  page: {
    name: 'محادثة مشتركة',
    asItWas: 'شُوركت في {day}',
    isShortened: 'كانت هذه المحادثة أطول من أن تُشارَك كاملةً. لا تظهر هنا الرسائل الأقدم أو نهاية رسالة طويلة جدًا.',
    question: 'سؤال',
    answer: 'إجابة',
    goneTitle: 'الرابط غير متاح',
    goneWords: 'ربما أزاله صاحبه.',
    toGoldfish: 'فتح Goldfish',
  },
} as const satisfies Translation<typeof english>
