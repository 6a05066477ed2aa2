import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { asId, type ConversationId, type MessageId, type TodoId } from '@/lib/ids'

/** The query of every list: `?limit=` (1 to 100, default 30) and `?cursor=`. */
export const listQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(30),
  cursor: z.string().max(500).optional(),
})

/**
 * Returns an opaque cursor for the position at which the next page begins. It must refer only to rows of the caller.
 */
export function encodeCursor(position: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Returns the position of a cursor. Throws `invalid_request` unless it has the expected shape. */
export function decodeCursor<T>(cursor: string, shape: z.ZodType<T>): T {
  let position: unknown
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    position = undefined
  }
  const result = shape.safeParse(position)
  if (!result.success) throw new AppError('invalid_request', { fields: [{ path: 'cursor', message: 'is not valid' }] })
  return result.data
}

export const conversationPath = z.object({ conversationId: z.string().transform(asId<ConversationId>) })

/** The `[toolCallId]` is the id of a tool call in an answer of the conversation. */
export const toolCallPath = conversationPath.extend({ toolCallId: z.string().regex(/^[\w-]{1,64}$/) })

export const messagePath = z.object({ messageId: z.string().transform(asId<MessageId>) })

export const todoPath = z.object({ todoId: z.string().transform(asId<TodoId>) })
