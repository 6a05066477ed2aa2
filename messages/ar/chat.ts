import type { chat as english } from '@/messages/en/chat'
import type { Translation } from '@/messages/translation'

export const chat = {} as const satisfies Translation<typeof english>
