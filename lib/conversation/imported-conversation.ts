import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import { titleOf } from './first-title'

/** The kinds of parts that an import accepts. */
export type TextualPart = Extract<ChatPart, { type: 'text' | 'reasoning' }>

export type ImportedMessage = {
  id: string
  parentId: string | null
  turnId: string
  role: 'user' | 'assistant'
  status: Exclude<MessageStatus, 'streaming'>
  parts: TextualPart[]
  /** ISO time, or null if the file has none. */
  createdAt: string | null
  model: string | null
}

/** A parsed conversation of a file. Every message must come after its parent. */
export type ImportedConversation = {
  id: string
  title: string
  titledBy: 'question' | 'user'
  createdAt: string | null
  updatedAt: string | null
  pinned: boolean
  archived: boolean
  activeLeafId: string | null
  messages: ImportedMessage[]
  /** The number of messages that were longer than `maxImportedMessageBytes`. */
  cutMessages: number
}

/** Thrown if a conversation of a file cannot be imported. The message is shown to its owner. */
export class ImportRefused extends Error {
  override name = 'ImportRefused'
}

/** Limit for the tree nodes or messages of a conversation. It must be checked before they are processed. */
const maxImportedMessages = 10_000
/** Limit for the parts of one message. */
export const maxImportedParts = 1000
/** Limit for the total size of the parts of one message in UTF-8. The rest is cut off. */
export const maxImportedMessageBytes = 1024 * 1024
/** Throws `ImportRefused` if a conversation has too many nodes or messages. */
export function refuseTooMany(count: number): void {
  if (count > maxImportedMessages) throw new ImportRefused(`It has more than ${maxImportedMessages} messages.`)
}

type Amount = { parts: number; characters: number }

/**
 * Throws `ImportRefused` if the messages of a conversation repeat too much text: branches can share a long start,
 * which is copied into each of their messages. `own` is the amount in the file, `total` the amount in the messages.
 */
export function refuseRepetition(own: Amount, total: Amount): void {
  if (total.parts > 100 + 8 * own.parts || total.characters > maxImportedMessageBytes + 4 * own.characters)
    throw new ImportRefused('It branches too often inside long answers.')
}

/** Truncates a text to at most this many UTF-8 bytes, at a character boundary. */
function cutText(text: string, maxBytes: number): string {
  // A character takes at most three bytes per UTF-16 unit.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read)
}

/** Returns the parts of a message up to `maxImportedMessageBytes`, and whether the rest was cut off. */
export function cutParts(parts: readonly TextualPart[]): { parts: TextualPart[]; isCut: boolean } {
  const kept: TextualPart[] = []
  let bytesLeft = maxImportedMessageBytes
  for (const part of parts) {
    const text = cutText(part.text, bytesLeft)
    bytesLeft -= Buffer.byteLength(text)
    kept.push(text === part.text ? part : { ...part, text })
    if (text !== part.text) return { parts: kept, isCut: true }
  }
  return { parts: kept, isCut: false }
}

/** Removes U+0000 and replaces lone surrogates, which Postgres cannot store. */
export const cleanText = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** Limit for the UTF-16 units of a title that are read. */
const maxTitleUnits = 2000
const isText = (part: TextualPart) => part.type === 'text'

/** Returns the title of the file if it has one, or the start of the first question. */
export function importedTitle(
  title: string,
  messages: readonly ImportedMessage[],
): Pick<ImportedConversation, 'title' | 'titledBy'> {
  const line = cleanText(title.slice(0, maxTitleUnits)).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  const cleaned = [...line.trim()].slice(0, 200).join('').trim()
  if (cleaned !== '') return { title: cleaned, titledBy: 'user' }
  const first = messages.find(({ parts }) => parts.some(isText))?.parts.find(isText)
  return { title: (first && titleOf(first.text)) || 'Imported conversation', titledBy: 'question' }
}

/** Returns a time of the file in ISO format, or null if it is invalid or out of range. */
export function importedTime(value: string | number | null | undefined): string | null {
  const date = new Date(typeof value === 'number' ? value * 1000 : (value ?? Number.NaN))
  return date.getTime() >= 0 && date.getUTCFullYear() < 10_000 ? date.toISOString() : null
}
