import type { common as english } from '@/messages/en/common'
import type { Translation } from '@/messages/translation'

export const common = {
  retry: 'إعادة المحاولة',
  saving: 'جارٍ الحفظ…',
  copied: 'تم النسخ',
  copyFailed: 'تعذّر النسخ',
  deadEnd: {
    words: 'حدث خطأ من جانبنا. محادثاتك بأمان.',
    pageTitle: 'تعذّر تحميل هذه الصفحة',
    notFoundName: 'غير موجودة',
    notFoundTitle: 'لم يُعثر على الصفحة',
    notFoundWords: 'هذه الصفحة غير موجودة أو أُزيلت.',
    toChats: 'العودة إلى المحادثات',
  },
  siteDescription: 'دردشة ذكاء اصطناعي تستضيفها بنفسك، مع إجابات فورية عن الأسئلة المتكررة.',
} as const satisfies Translation<typeof english>
