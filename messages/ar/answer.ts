import type { answer as english } from '@/messages/en/answer'
import type { Translation } from '@/messages/translation'

export const answer = {} as const satisfies Translation<typeof english>
