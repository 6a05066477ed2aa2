import type { markdown as english } from '@/messages/en/markdown'
import type { Translation } from '@/messages/translation'

export const markdown = {
  plainText: 'نص عادي',
  codeLabel: 'شيفرة، {language}',
  copyCode: 'نسخ الشيفرة',
  wrap: 'التفاف الأسطر',
  table: 'جدول',
  maths: 'صيغة رياضية',
  image: 'صورة: {description}',
  imageAlone: 'صورة',
  done: 'منجز',
  toDo: 'غير منجز',
} as const satisfies Translation<typeof english>
