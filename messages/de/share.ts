import type { share as english } from '@/messages/en/share'
import type { Translation } from '@/messages/translation'

export const share = {} as const satisfies Translation<typeof english>
