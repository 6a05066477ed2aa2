import type { FilePart, TextPart } from 'ai'
import type { ChatPart } from '@/lib/contract/ui-message'

/**
 * What of a message a model reads. Plain text stays a string: that is what every server understands. A text file stands
 * in the text under its name, an image goes as one, or as a line of text that stands for it if `withImages` is false; ''
 * if there is nothing to read. Reasoning, badges and errors stay out.
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

/** Whether there is an image among these parts. */
export const hasImage = (parts: readonly ChatPart[]): boolean => parts.some(isImage)

const isImage = (part: ChatPart): boolean => part.type === 'file' && part.mediaType.startsWith('image/')

/** The name is the user's: it may not end the brackets it stands in. */
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
