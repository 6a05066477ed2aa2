import type { shell as english } from '@/messages/en/shell'
import type { Translation } from '@/messages/translation'

export const shell = {} as const satisfies Translation<typeof english>
