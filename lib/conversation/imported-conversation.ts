import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import { titleOf } from './first-title'

export type ImportedMessage = {
  id: string
  parentId: string | null
  turnId: string
  role: 'user' | 'assistant'
  status: Exclude<MessageStatus, 'streaming'>
  parts: ChatPart[]
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
}

/** Why a conversation of a file is not taken; the sentence is for its owner. */
export class ImportRefused extends Error {
  override name = 'ImportRefused'
}

/** What Postgres cannot keep is left out: U+0000, and halves of characters become the sign for an unknown one. */
export const cleanText = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** A title as one may be given by hand, or the beginning of the first question. */
export function importedTitle(
  title: string,
  messages: readonly ImportedMessage[],
): Pick<ImportedConversation, 'title' | 'titledBy'> {
  const given = [
    ...cleanText(title)
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim(),
  ]
    .slice(0, 200)
    .join('')
    .trim()
  if (given !== '') return { title: given, titledBy: 'user' }
  const first = messages.flatMap(({ parts }) => parts).find((part) => part.type === 'text')
  return { title: (first && titleOf(first.text)) || 'Imported conversation', titledBy: 'question' }
}

/** An instant of a file, if it is one that Postgres and a list can do something with. */
export function importedTime(value: string | number | null | undefined): string | null {
  const date = new Date(typeof value === 'number' ? value * 1000 : (value ?? Number.NaN))
  return date.getTime() >= 0 && date.getUTCFullYear() < 10_000 ? date.toISOString() : null
}
