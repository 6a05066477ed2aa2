/**
 * Parses the body of `POST /api/chat`. Files are attached inline, as `data:` URLs. The server must never fetch a URL
 * for a client, so every other URL is rejected. Prompts, exports and pages rely on the limits and checks below.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { AttachedPart } from '@/lib/contract/api'
import { maxAttachedBytes, maxAttachedFiles, maxMessageBytes } from '@/lib/contract/limits'
import { asId, type ConversationId, type MessageId, type TurnId } from '@/lib/ids'

/**
 * Image types that all browsers and vision models support, with the signature at the start of the file. SVG is
 * excluded because it is a document that may contain scripts.
 */
const signatures = Object.freeze({
  'image/png': /^\x89PNG\r\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[\s\S]{4}WEBP/,
})
const textTypes = ['text/plain', 'text/markdown', 'text/csv', 'application/json'] as const
const mediaTypes = [...(Object.keys(signatures) as (keyof typeof signatures)[]), ...textTypes] as const
type MediaType = (typeof mediaTypes)[number]

// A file name must not be able to disguise itself: it has no control or bidirectional characters and no path.
const fileName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\p{Cc}\p{Bidi_Control}/\\]/u.test(name), 'must be a plain file name')

/**
 * A file part in the AI SDK's format. `url` must be `data:<mediaType>;base64,…`, and the content must match the media
 * type.
 */
export const attachmentPart = z
  .strictObject({
    type: z.literal('file'),
    mediaType: z.enum(mediaTypes),
    filename: fileName.optional(),
    url: z.string(),
  })
  .superRefine(({ mediaType, url }, context) => {
    const bytes = bytesOf(mediaType, url)
    const problem = (message: string) => context.addIssue({ code: 'custom', path: ['url'], message })
    if (bytes === null) problem('must be a base64 data URL of the media type')
    else if (bytes.length === 0) problem('must not be empty')
    else if (!matchesType(mediaType, bytes)) problem('must match the media type')
  })
  .transform(({ filename, ...part }): AttachedPart & { mediaType: MediaType } =>
    filename === undefined ? part : { ...part, filename },
  )

type AttachmentPart = z.output<typeof attachmentPart>

/** Returns the limit that these files exceed, as an error message, or null if they exceed none. */
export function attachmentLimit(parts: readonly AttachmentPart[]): string | null {
  if (parts.length > maxAttachedFiles) return `must have at most ${maxAttachedFiles} files`
  const bytes = parts.reduce((sum, { mediaType, url }) => sum + (bytesOf(mediaType, url)?.length ?? 0), 0)
  return bytes > maxAttachedBytes ? `must have at most ${maxAttachedBytes / 1024} KiB of files` : null
}

function bytesOf(mediaType: MediaType, url: string): Buffer | null {
  const start = `data:${mediaType};base64,`
  if (!url.startsWith(start)) return null
  const encoded = url.slice(start.length)
  const bytes = Buffer.from(encoded, 'base64')
  // Node ignores invalid base64 characters; encoding the bytes again detects them.
  return bytes.toString('base64') === encoded ? bytes : null
}

function matchesType(mediaType: MediaType, bytes: Buffer): boolean {
  if (mediaType in signatures) {
    return signatures[mediaType as keyof typeof signatures].test(bytes.toString('latin1', 0, 16))
  }
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0')
  } catch {
    return false
  }
}

/** Accepts any valid UUID and normalizes it to the format that Postgres returns. */
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
      const hasContent = files.length > 0 || texts.some(({ text }) => text.trim() !== '')
      const problem = !hasContent
        ? 'must not be empty'
        : bytes > maxMessageBytes
          ? `must be at most ${maxMessageBytes / 1024} KiB`
          : attachmentLimit(files)
      if (problem !== null) context.addIssue({ code: 'custom', message: problem })
    }),
})

const sharedFields = Object.freeze({
  conversationId: id<ConversationId>(),
  model: z.string().min(1).max(200).optional(),
  cache: z.enum(['default', 'bypass', 'only']).default('default'),
})

const submit = z.strictObject({
  ...sharedFields,
  trigger: z.literal('submit-message'),
  message: userMessage,
  turnId: id<TurnId>().optional(),
  parentId: id<MessageId>().nullable().optional(),
  temporary: z.boolean().default(false),
})

/** Requests another answer to a stored question: a new answer, or the rest of one that was cut off. */
const anotherAnswer = z.strictObject({
  ...sharedFields,
  trigger: z.enum(['regenerate-message', 'continue-message']),
  messageId: id<MessageId>(),
  turnId: id<TurnId>(),
})

/**
 * The body of `POST /api/chat`. The client sends its new turn only. History and system, tool or approval parts are
 * unknown fields or invalid literals here, so they are rejected and never reach a prompt.
 */
export const turnRequest = z
  .preprocess(
    // `trigger` is optional for a submit, but the discriminated union below requires it.
    (body) =>
      body && typeof body === 'object' && !('trigger' in body) ? { ...body, trigger: 'submit-message' } : body,
    z.discriminatedUnion('trigger', [submit, anotherAnswer]),
  )
  .transform((body) => {
    const turnId = body.turnId ?? ((body as z.output<typeof submit>).message.id as string as TurnId)
    // Regenerating must not return the stored answer again.
    const cache = body.trigger !== 'submit-message' && body.cache === 'default' ? ('bypass' as const) : body.cache
    return { ...body, turnId, cache, hash: hashOf(body) }
  })

export type TurnRequest = z.output<typeof turnRequest>
export type SubmitRequest = Extract<TurnRequest, { trigger: 'submit-message' }>
export type AnotherAnswerRequest = Exclude<TurnRequest, { trigger: 'submit-message' }>

/**
 * Hashes the fields that must be equal in two requests with the same turn id: the content and its place, but not
 * options such as the model.
 */
function hashOf(body: z.output<typeof submit> | z.output<typeof anotherAnswer>): string {
  const content =
    body.trigger === 'submit-message'
      ? [
          body.message.id,
          body.message.parts.map((part) => (part.type === 'text' ? part.text : [part.mediaType, part.url])),
        ]
      : [body.messageId]
  return createHash('sha256')
    .update(JSON.stringify([body.trigger, body.conversationId, ...content]))
    .digest('base64url')
}
