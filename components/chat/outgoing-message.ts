import type { AttachedPart, ChatRequest } from '@/lib/contract/api'

/** What a person is about to send: text, files, or both. */
export type OutgoingMessage = { text: string; files: readonly AttachedPart[] }

type SentPart = NonNullable<ChatRequest['message']>['parts'][number]

/** Files first, as a letter's reader sees them: what the text says is about them. */
export const partsOf = ({ text, files }: OutgoingMessage): SentPart[] => [
  ...files,
  ...(text === '' ? [] : [{ type: 'text' as const, text }]),
]

/** Without what the server refuses anyway and nobody typed on purpose: NUL and halves of surrogate pairs. */
export const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed().trim()
