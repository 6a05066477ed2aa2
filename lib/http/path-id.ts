import { z } from 'zod'
import { type ConversationId, parseId } from '@/lib/ids'

/** The `[conversationId]` of a path. */
export const conversationPath = z.object({
  conversationId: z.string().transform((text, context): ConversationId => {
    const id = parseId<ConversationId>(text)
    if (id) return id
    context.addIssue('must be a UUID')
    return z.NEVER
  }),
})
