import type { thread as english } from '@/messages/en/thread'
import type { Translation } from '@/messages/translation'

export const thread = {
  label: 'الرسائل',
  toNewest: 'إلى الأحدث',
  loadingOlder: 'جارٍ تحميل الرسائل الأقدم…',
  earlierPlace: 'موضع سابق في المحادثة',
  messageGone: 'هذه الرسالة غير موجودة في هذه المحادثة. هنا نهاية المحادثة.',
  messageNotLoaded: 'تعذّر تحميل تلك الرسالة.',
  dismiss: 'إغلاق التنبيه',
} as const satisfies Translation<typeof english>
