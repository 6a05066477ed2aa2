import type { thread as english } from '@/messages/en/thread'
import type { Translation } from '@/messages/translation'

export const thread = {
  label: 'الرسائل',
  toNewest: 'الانتقال إلى الأحدث',
  loadingOlder: 'جارٍ تحميل الرسائل الأقدم…',
  earlierPlace: 'موضع سابق في المحادثة',
  messageGone: 'لم تعد تلك الرسالة موجودة.',
  messageNotLoaded: 'تعذّر تحميل تلك الرسالة.',
  dismiss: 'إخفاء',
} as const satisfies Translation<typeof english>
