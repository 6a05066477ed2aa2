import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { AttachedPart } from '@/lib/contract/api'
import { asId, type ConversationId, type MessageId, type TurnId } from '@/lib/ids'

/**
 * Files that come with a question, inline. What a message may carry is decided here, once: prompts, exports and the page
 * rely on it. Nothing is ever fetched for a client: an address is a `data:` one or refused.
 */
/** Bytes of all files of one message together, decoded. */
const maxAttachedBytes = 128 * 1024
const maxAttachedFiles = 8

/** Images that every browser shows and models read, by how such a file begins. No SVG: it is a document with scripts. */
const signatures = Object.freeze({
  'image/png': /^\x89PNG\r\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[\s\S]{4}WEBP/,
})
const textTypes = ['text/plain', 'text/markdown', 'text/csv', 'application/json'] as const
const mediaTypes = [...(Object.keys(signatures) as (keyof typeof signatures)[]), ...textTypes] as const
type MediaType = (typeof mediaTypes)[number]

// Nothing that could pass for another name: no control or direction characters, no path.
const fileName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\p{Cc}\p{Bidi_Control}/\\]/u.test(name), 'must be a plain file name')

/** A file part in the AI SDK's shape: `url` is `data:<mediaType>;base64,…` of that very type and content. */
export const attachmentPart = z
  .strictObject({
    type: z.literal('file'),
    mediaType: z.enum(mediaTypes),
    filename: fileName.optional(),
    url: z.string(),
  })
  .superRefine(({ mediaType, url }, context) => {
    const bytes = bytesOf(mediaType, url)
    const wrong = (message: string) => context.addIssue({ code: 'custom', path: ['url'], message })
    if (bytes === null) wrong('must be a base64 data URL of the media type')
    else if (bytes.length === 0) wrong('must not be empty')
    else if (!holds(mediaType, bytes)) wrong('must hold a file of the media type')
  })
  .transform(({ filename, ...part }): AttachedPart & { mediaType: MediaType } =>
    filename === undefined ? part : { ...part, filename },
  )

type AttachmentPart = z.output<typeof attachmentPart>

/** Why these files are too many or too large for one message; null if they are not. */
export function attachmentLimit(parts: readonly AttachmentPart[]): string | null {
  if (parts.length > maxAttachedFiles) return `must have at most ${maxAttachedFiles} files`
  const bytes = parts.reduce((sum, { mediaType, url }) => sum + (bytesOf(mediaType, url)?.length ?? 0), 0)
  return bytes > maxAttachedBytes ? 'must have at most 128 KiB of files' : null
}

function bytesOf(mediaType: MediaType, url: string): Buffer | null {
  const start = `data:${mediaType};base64,`
  if (!url.startsWith(start)) return null
  const encoded = url.slice(start.length)
  const bytes = Buffer.from(encoded, 'base64')
  // Node skips what is not base64; what comes back tells whether there was any.
  return bytes.toString('base64') === encoded ? bytes : null
}

function holds(mediaType: MediaType, bytes: Buffer): boolean {
  if (mediaType in signatures) {
    return signatures[mediaType as keyof typeof signatures].test(bytes.toString('latin1', 0, 16))
  }
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0')
  } catch {
    return false
  }
}

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
