import type { FilePart, TextPart } from 'ai'
import type { ChatPart } from '@/lib/contract/ui-message'

/**
 * Converts a message to the content that a model reads. Plain text stays a string, which every server accepts. A text file
 * is included in the text under its name. An image is sent as an image, or as a line of text if `withImages` is false.
 * Returns '' if there is nothing to read. Reasoning, badges and errors are left out.
 */
export function messageContent(parts: readonly ChatPart[], withImages = true): string | (TextPart | FilePart)[] {
  const files = parts.flatMap((part) => (part.type === 'file' ? [part] : []))
  const images = files.filter(isImage)
  const attached = files.filter((file) => !isImage(file)).map(attachedText)
  const unseen = withImages ? [] : images.map(placeholder)
  const text = [...attached, ...unseen, textOf(parts)].filter((part) => part !== '').join('\n\n')
  if (!withImages || images.length === 0) return text
  const shown = images.map(({ mediaType, url }): FilePart => ({ type: 'file', mediaType, data: contentOf(url) }))
  return text === '' ? shown : [...shown, { type: 'text', text }]
}

/** Whether one of these parts is an image. */
export const hasImage = (parts: readonly ChatPart[]): boolean => parts.some(isImage)

const isImage = (part: ChatPart): boolean => part.type === 'file' && part.mediaType.startsWith('image/')

/** The user chose the file name, so it must not close the brackets around it. */
const placeholder = ({ filename = 'image' }: Extract<ChatPart, { type: 'file' }>) =>
  `[Image: ${filename.replace(/[[\]\p{Cc}]/gu, '_')}. This model cannot view images.]`

/** The text parts of a message, joined as they are shown. */
export function textOf(parts: readonly ChatPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}

/** The name is the user's, too: it may not end the tag it stands in. */
function attachedText({ filename = 'file', url }: Extract<ChatPart, { type: 'file' }>): string {
  const text = Buffer.from(contentOf(url), 'base64').toString('utf8')
  return `<attached-file name="${filename.replace(/[<>"&]/g, '_')}">\n${text}\n</attached-file>`
}

const contentOf = (url: string) => url.slice(url.indexOf(',') + 1)
