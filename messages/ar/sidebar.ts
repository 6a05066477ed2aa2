import type { sidebar as english } from '@/messages/en/sidebar'
import type { Translation } from '@/messages/translation'

export const sidebar = {} as const satisfies Translation<typeof english>
