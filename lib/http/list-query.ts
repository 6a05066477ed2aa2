import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { asId, type ConversationId, type MessageId, type TodoId } from '@/lib/ids'

/** `?limit=` (1 to 100, default 30) and `?cursor=`, as every list takes them. */
export const listQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(30),
  cursor: z.string().max(500).optional(),
})

/** An opaque cursor: where the next page of a list begins. It only ever names rows of the caller's own. */
export function encodeCursor(position: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Throws `invalid_request` for anything that `encodeCursor` has not made. */
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

/** The `[conversationId]` of a path. */
export const conversationPath = z.object({ conversationId: z.string().transform(asId<ConversationId>) })

/** The `[conversationId]` and the `[toolCallId]`, as an answer names its calls. */
export const toolCallPath = conversationPath.extend({ toolCallId: z.string().regex(/^[\w-]{1,64}$/) })

/** The `[messageId]` of a path. */
export const messagePath = z.object({ messageId: z.string().transform(asId<MessageId>) })

/** The `[todoId]` of a path. */
export const todoPath = z.object({ todoId: z.string().transform(asId<TodoId>) })
