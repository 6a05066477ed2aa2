/**
 * Files that come with a question, inline. What a message may carry is decided here, once: prompts, exports and the page
 * rely on it. Nothing is ever fetched for a client: an address is a `data:` one or refused.
 */
import { z } from 'zod'
import type { AttachedPart } from '@/lib/contract/api'

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
