import type { preference as english } from '@/messages/en/preference'
import type { Translation } from '@/messages/translation'

export const preference = {
  language: { legend: 'اللغة', browser: 'لغة المتصفح' },
} as const satisfies Translation<typeof english>
