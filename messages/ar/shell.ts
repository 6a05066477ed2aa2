import type { shell as english } from '@/messages/en/shell'
import type { Translation } from '@/messages/translation'

export const shell = {
  skip: 'الانتقال إلى المحتوى',
  sidebar: 'الشريط الجانبي',
  openSidebar: 'فتح الشريط الجانبي',
  closeSidebar: 'إغلاق الشريط الجانبي',
  newChat: 'محادثة جديدة',
} as const satisfies Translation<typeof english>
