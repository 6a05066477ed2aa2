import type { share as english } from '@/messages/en/share'
import type { Translation } from '@/messages/translation'

export const share = {
  title: 'مشاركة هذه المحادثة',
  untitled: 'محادثة جديدة',
  whatIsInIt:
    'كل من لديه الرابط يمكنه قراءة هذه المحادثة كما هي الآن: عنوانها والأسئلة والإجابات الظاهرة. لا يشمل ذلك ما يأتي لاحقًا، ولا الملفات، ولا اسمك.',
  link: 'رابط هذه المحادثة',
  make: 'إنشاء رابط',
  copy: 'نسخ',
  copied: 'نُسخ الرابط.',
  notCopied: 'تعذّر النسخ. الرابط محدَّد، ويمكن نسخه يدويًا.',
  madeAt: 'يعرض المحادثة كما كانت الساعة {at}.',
  update: 'تحديث الرابط',
  revoke: 'إلغاء الرابط',
  revoked: 'لم يعد الرابط يعمل لأحد.',
  isShortened: 'المحادثة أطول من أن تُشارَك كاملةً. يعرض الرابط أحدث جزء منها.',
  page: {
    name: 'محادثة مشتركة',
    asItWas: 'محادثة مشتركة، كما كانت في {day}.',
    isShortened: 'كانت هذه المحادثة أطول من أن تُشارَك كاملةً. لا تظهر هنا الرسائل الأقدم أو نهاية رسالة طويلة جدًا.',
    question: 'سؤال',
    answer: 'إجابة',
    goneTitle: 'لم يعد هذا الرابط يعمل',
    goneWords: 'أُلغي الرابط، أو حُذفت المحادثة.',
    toGoldfish: 'إلى Goldfish',
  },
} as const satisfies Translation<typeof english>
