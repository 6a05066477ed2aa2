import { z } from 'zod'
import { asId, type ConversationId, type MessageId, type TodoId } from '@/lib/ids'

/** The `[conversationId]` of a path. */
export const conversationPath = z.object({ conversationId: z.string().transform(asId<ConversationId>) })

/** The `[conversationId]` and the `[toolCallId]`, as an answer names its calls. */
export const toolCallPath = conversationPath.extend({ toolCallId: z.string().regex(/^[\w-]{1,64}$/) })

/** The `[messageId]` of a path. */
export const messagePath = z.object({ messageId: z.string().transform(asId<MessageId>) })

/** The `[todoId]` of a path. */
export const todoPath = z.object({ todoId: z.string().transform(asId<TodoId>) })
