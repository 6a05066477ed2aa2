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
    notFoundTitle: 'لا يوجد شيء هنا',
    notFoundWords: 'هذه الصفحة غير موجودة، أو لم تعد موجودة.',
    toChats: 'إلى محادثاتك',
  },
  siteDescription: 'محادثة لا تحتفظ خوادمها بشيء.',
} as const satisfies Translation<typeof english>
