import { createHash } from 'node:crypto'
import { z } from 'zod'
import { asId, type ConversationId, type MessageId, type TurnId } from '@/lib/ids'
import { attachmentLimit, attachmentPart } from './attachment'

/** Bytes of UTF-8 that one message may have. */
const maxMessageBytes = 64 * 1024

/** Any valid UUID, in the spelling that Postgres gives back. */
const id = <T extends ConversationId | MessageId | TurnId>() => z.string().transform(asId<T>)

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() })

const userMessage = z.strictObject({
  id: id<MessageId>(),
  role: z.literal('user'),
  parts: z
    .array(z.discriminatedUnion('type', [textPart, attachmentPart]))
    .min(1)
    .max(50)
    .superRefine((parts, context) => {
      const files = parts.filter((part) => part.type === 'file')
      const texts = parts.filter((part) => part.type === 'text')
      const bytes = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
      const said = files.length > 0 || texts.some(({ text }) => text.trim() !== '')
      const wrong = !said
        ? 'must have some text'
        : bytes > maxMessageBytes
          ? 'must be at most 64 KiB'
          : attachmentLimit(files)
      if (wrong !== null) context.addIssue({ code: 'custom', message: wrong })
    }),
})

const shared = Object.freeze({
  conversationId: id<ConversationId>(),
  model: z.string().min(1).max(200).optional(),
  cache: z.enum(['default', 'bypass', 'only']).default('default'),
})

const submit = z.strictObject({
  ...shared,
  trigger: z.literal('submit-message'),
  message: userMessage,
  turnId: id<TurnId>().optional(),
  parentId: id<MessageId>().nullable().optional(),
  temporary: z.boolean().default(false),
})

/** Another answer to a question that is there: a new one, or the rest of one that was broken off. */
const anotherAnswer = z.strictObject({
  ...shared,
  trigger: z.enum(['regenerate-message', 'continue-message']),
  messageId: id<MessageId>(),
  turnId: id<TurnId>(),
})

/**
 * The body of `POST /api/chat`. The client sends its new turn only: history, system, tool and approval parts are unknown
 * fields or wrong literals here, so they are refused and never reach a prompt.
 */
export const turnRequest = z
  .preprocess(
    // `trigger` may be left out on a submit; the union below needs it.
    (body) =>
      body && typeof body === 'object' && !('trigger' in body) ? { ...body, trigger: 'submit-message' } : body,
    z.discriminatedUnion('trigger', [submit, anotherAnswer]),
  )
  .transform((body) => {
    const turnId = body.turnId ?? ((body as z.output<typeof submit>).message.id as string as TurnId)
    // A new answer is what regenerate asks for; a stored one would be the same again.
    const cache = body.trigger !== 'submit-message' && body.cache === 'default' ? ('bypass' as const) : body.cache
    return { ...body, turnId, cache, hash: hashOf(body) }
  })

export type TurnRequest = z.output<typeof turnRequest>
export type SubmitRequest = Extract<TurnRequest, { trigger: 'submit-message' }>
export type AnotherAnswerRequest = Exclude<TurnRequest, { trigger: 'submit-message' }>

/** What makes two requests under one turn id the same: what is asked and where, not how it is to be answered. */
function hashOf(body: z.output<typeof submit> | z.output<typeof anotherAnswer>): string {
  const asked =
    body.trigger === 'submit-message'
      ? [
          body.message.id,
          body.message.parts.map((part) => (part.type === 'text' ? part.text : [part.mediaType, part.url])),
        ]
      : [body.messageId]
  return createHash('sha256')
    .update(JSON.stringify([body.trigger, body.conversationId, ...asked]))
    .digest('base64url')
}
