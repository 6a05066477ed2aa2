import type { auth as english } from '@/messages/en/auth'
import type { Translation } from '@/messages/translation'

export const auth = {} as const satisfies Translation<typeof english>
