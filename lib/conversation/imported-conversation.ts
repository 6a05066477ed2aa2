import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import { titleOf } from './first-title'

/** The parts that an import takes. */
export type TextualPart = Extract<ChatPart, { type: 'text' | 'reasoning' }>

export type ImportedMessage = {
  id: string
  parentId: string | null
  turnId: string
  role: 'user' | 'assistant'
  status: Exclude<MessageStatus, 'streaming'>
  parts: TextualPart[]
  /** ISO; null: not known. */
  createdAt: string | null
  model: string | null
}

/** A conversation of a file, in our form: every message stands behind its parent. */
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
  /** How many of them were longer than `maxMessageBytes`. */
  cutMessages: number
}

/** Why a conversation of a file is not taken; the sentence is for its owner. */
export class ImportRefused extends Error {
  override name = 'ImportRefused'
}

/** Nodes of a conversation's tree, or messages: more are refused before anything is made of them. */
export const maxImportedMessages = 10_000
/** Parts of one message. */
export const maxImportedParts = 1000
/** Bytes of UTF-8 that the parts of one message may have together; the rest is cut off. */
export const maxMessageBytes = 1024 * 1024
/** Throws `ImportRefused` if a conversation has more nodes or messages than are taken. */
export function refuseTooMany(count: number): void {
  if (count > maxImportedMessages) throw new ImportRefused(`It has more than ${maxImportedMessages} messages.`)
}

type Amount = { parts: number; characters: number }

/**
 * Throws `ImportRefused` if the messages of a conversation repeat too much of each other: one beginning can be part of
 * many. `own` is what the file has, `total` what the messages would have.
 */
export function refuseRepetition(own: Amount, total: Amount): void {
  if (total.parts > 100 + 8 * own.parts || total.characters > maxMessageBytes + 4 * own.characters)
    throw new ImportRefused('It branches too often inside long answers.')
}

/** The beginning of a text that takes at most so many bytes of UTF-8; never half a character. */
export function cutText(text: string, maxBytes: number): string {
  // No character takes more than three bytes for each UTF-16 unit.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read)
}

/** The parts of a message up to `maxMessageBytes`, and whether something had to be cut off. */
export function cutParts(parts: readonly TextualPart[]): { parts: TextualPart[]; isCut: boolean } {
  const kept: TextualPart[] = []
  let bytesLeft = maxMessageBytes
  for (const part of parts) {
    const text = cutText(part.text, bytesLeft)
    bytesLeft -= Buffer.byteLength(text)
    kept.push(text === part.text ? part : { ...part, text })
    if (text !== part.text) return { parts: kept, isCut: true }
  }
  return { parts: kept, isCut: false }
}

/** What Postgres cannot keep is left out: U+0000, and halves of characters become the sign for an unknown one. */
export const cleanText = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** UTF-16 units of a given title that are looked at. */
const maxTitleUnits = 2000
const isText = (part: TextualPart) => part.type === 'text'

/** A title as one may be given by hand, or the beginning of the first question. */
export function importedTitle(
  title: string,
  messages: readonly ImportedMessage[],
): Pick<ImportedConversation, 'title' | 'titledBy'> {
  const line = cleanText(title.slice(0, maxTitleUnits)).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  const given = [...line.trim()].slice(0, 200).join('').trim()
  if (given !== '') return { title: given, titledBy: 'user' }
  const first = messages.find(({ parts }) => parts.some(isText))?.parts.find(isText)
  return { title: (first && titleOf(first.text)) || 'Imported conversation', titledBy: 'question' }
}

/** An instant of a file, if it is one that Postgres and a list can do something with. */
export function importedTime(value: string | number | null | undefined): string | null {
  const date = new Date(typeof value === 'number' ? value * 1000 : (value ?? Number.NaN))
  return date.getTime() >= 0 && date.getUTCFullYear() < 10_000 ? date.toISOString() : null
}
