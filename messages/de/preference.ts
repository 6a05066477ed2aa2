import type { preference as english } from '@/messages/en/preference'
import type { Translation } from '@/messages/translation'

export const preference = {
  language: { legend: 'Sprache', browser: 'Wie der Browser' },
} as const satisfies Translation<typeof english>
