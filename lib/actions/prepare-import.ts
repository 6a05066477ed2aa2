import type { ChatPart } from '@/lib/contract/ui-message'
import {
  type ImportedConversation,
  type ImportedMessage,
  ImportRefused,
} from '@/lib/conversation/imported-conversation'
import { parseChatgptExport } from '@/lib/conversation/parse-chatgpt-export'
import { parseGoldfishExport } from '@/lib/conversation/parse-goldfish-export'
import { estimateTokens } from '@/lib/history/estimate-tokens'
import { mintId } from '@/lib/ids'

export type ImportInput = {
  /** The JSON of one conversation. */
  text: string
  /** Use `new` to replace all ids because the user has already used them for something else. */
  ids: 'given' | 'new'
}

/**
 * A conversation in the form in which it is written to the database. Plain values, so that a worker thread can return
 * it.
 */
export type PreparedConversation = Omit<ImportedConversation, 'messages'> & {
  messageCount: number
  /** JSON arrays of message rows in order, one for each statement. */
  batches: string[]
}

export type ImportOutcome = { title?: string } & ({ conversation: PreparedConversation } | { refused: string })

/**
 * Limits for the rows and characters of one statement, so that none exceeds the time limit of a pooled connection. A
 * single message may be longer.
 */
const maxBatchRows = 500
const maxBatchCharacters = 1024 * 1024

/**
 * Parses one conversation of an import and serializes its messages as the JSON for each statement. The work is
 * synchronous and grows with the text, so the caller chooses the thread. A conversation that cannot be imported is
 * returned as an outcome and does not throw.
 */
export function prepareImport({ text, ids }: ImportInput): ImportOutcome {
  let title: string | undefined
  try {
    const value = parseJson(text)
    title = titleIn(value)
    const parsed = parseConversation(value)
    return { ...(title && { title }), conversation: prepare(ids === 'new' ? withNewIds(parsed) : parsed) }
  } catch (error) {
    if (error instanceof ImportRefused) return { ...(title && { title }), refused: error.message }
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ImportRefused('It is not valid JSON.')
  }
}

function titleIn(value: unknown): string | undefined {
  const title = value && typeof value === 'object' && 'title' in value ? value.title : undefined
  return typeof title === 'string' ? title.slice(0, 200).toWellFormed() : undefined
}

function parseConversation(value: unknown): ImportedConversation {
  const isChatgpt = value !== null && typeof value === 'object' && 'mapping' in value
  const conversation = isChatgpt ? parseChatgptExport(value) : parseGoldfishExport(value)
  if (conversation.messages.length === 0) throw new ImportRefused('It has no messages.')
  return conversation
}

function withNewIds(conversation: ImportedConversation): ImportedConversation {
  const renamed = new Map<string, string>()
  const rename = (id: string) => {
    const name = renamed.get(id) ?? mintId()
    renamed.set(id, name)
    return name
  }
  return {
    ...conversation,
    activeLeafId: conversation.activeLeafId && rename(conversation.activeLeafId),
    messages: conversation.messages.map((one) => ({
      ...one,
      id: rename(one.id),
      parentId: one.parentId && rename(one.parentId),
      turnId: rename(one.turnId),
    })),
  }
}

function prepare({ messages, ...conversation }: ImportedConversation): PreparedConversation {
  return { ...conversation, messageCount: messages.length, batches: batchesOf(messages) }
}

function batchesOf(messages: readonly ImportedMessage[]): string[] {
  const batches: string[] = []
  const tokens = new Map<string | null, number>()
  let rows: string[] = []
  let characters = 0
  const flush = () => {
    if (rows.length > 0) batches.push(`[${rows.join()}]`)
    rows = []
    characters = 0
  }
  for (const [index, one] of messages.entries()) {
    const contextTokens = (tokens.get(one.parentId) ?? 0) + estimateTokens(plainText(one.parts))
    tokens.set(one.id, contextTokens)
    const row = JSON.stringify({ ...one, seq: index + 1, contextTokens })
    if (rows.length === maxBatchRows || characters + row.length > maxBatchCharacters) flush()
    rows.push(row)
    characters += row.length
  }
  flush()
  return batches
}

/** Returns the text of a message without reasoning and metadata, as search and exports use it. */
function plainText(parts: readonly ChatPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}
