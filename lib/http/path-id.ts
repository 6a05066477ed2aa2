import { z } from 'zod'
import { type ConversationId, type MessageId, parseId, type TodoId } from '@/lib/ids'

const pathId = <T extends ConversationId | MessageId | TodoId>() =>
  z.string().transform((text, context): T => {
    const id = parseId<T>(text)
    if (id) return id
    context.addIssue('must be a UUID')
    return z.NEVER
  })

/** The `[conversationId]` of a path. */
export const conversationPath = z.object({ conversationId: pathId<ConversationId>() })

/** The `[conversationId]` and the `[toolCallId]`, as an answer names its calls. */
export const toolCallPath = conversationPath.extend({ toolCallId: z.string().regex(/^[\w-]{1,64}$/) })

/** The `[messageId]` of a path. */
export const messagePath = z.object({ messageId: pathId<MessageId>() })

/** The `[todoId]` of a path. */
export const todoPath = z.object({ todoId: pathId<TodoId>() })
