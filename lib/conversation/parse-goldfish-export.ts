import { z } from 'zod'
import { mintId } from '@/lib/ids'
import {
  cleanText,
  cutParts,
  type ImportedConversation,
  ImportRefused,
  importedTime,
  importedTitle,
  maxImportedParts,
  refuseTooMany,
  type TextualPart,
} from './imported-conversation'

const part = z.object({ type: z.string(), text: z.string().optional() })
const message = z.object({
  id: z.uuid().toLowerCase(),
  parentId: z.uuid().toLowerCase().nullable(),
  turnId: z.uuid().toLowerCase().optional(),
  role: z.enum(['user', 'assistant']),
  status: z.enum(['complete', 'streaming', 'stopped', 'interrupted', 'failed', 'truncated']).default('complete'),
  parts: z.array(part).max(maxImportedParts),
  createdAt: z.string().nullish(),
  model: z.string().max(200).nullish(),
})
const exported = z.object({
  id: z.uuid().toLowerCase(),
  title: z.string().default(''),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  pinned: z.boolean().default(false),
  archived: z.boolean().default(false),
  activeLeafId: z.uuid().toLowerCase().nullish(),
  messages: z.array(message),
})

/**
 * Parses a conversation of a Goldfish export. Throws `ImportRefused` if it is invalid or its messages do not form a
 * tree.
 */
export function parseGoldfishExport(value: unknown): ImportedConversation {
  if (value !== null && typeof value === 'object' && 'messages' in value && Array.isArray(value.messages))
    refuseTooMany(value.messages.length)
  const result = exported.safeParse(value)
  if (!result.success) throw new ImportRefused(`It is not a conversation from an export: ${describe(result.error)}.`)
  const { messages, ...conversation } = result.data
  const roles = new Map<string, string>()
  let cutMessages = 0
  const parsed = messages.map((one) => {
    const parentRole = one.parentId === null ? null : roles.get(one.parentId)
    if (parentRole === undefined) throw new ImportRefused('A message comes before its parent.')
    if (parentRole === one.role) throw new ImportRefused('Questions and answers do not alternate.')
    if (roles.has(one.id)) throw new ImportRefused('Two messages have the same id.')
    roles.set(one.id, one.role)
    const importedParts = one.parts.flatMap(({ type, text }): TextualPart[] => {
      if ((type !== 'text' && type !== 'reasoning') || text === undefined) return []
      return [{ type, text: cleanText(text), ...(one.role === 'assistant' && { state: 'done' as const }) }]
    })
    const { parts, isCut } = cutParts(importedParts)
    if (isCut) cutMessages += 1
    return {
      ...one,
      turnId: one.turnId ?? mintId(),
      status: one.status === 'streaming' ? ('interrupted' as const) : one.status,
      parts,
      createdAt: importedTime(one.createdAt),
      model: one.model ? cleanText(one.model) : null,
    }
  })
  if (conversation.activeLeafId && !roles.has(conversation.activeLeafId))
    throw new ImportRefused('The active message does not exist.')
  return {
    ...conversation,
    ...importedTitle(conversation.title, parsed),
    createdAt: importedTime(conversation.createdAt),
    updatedAt: importedTime(conversation.updatedAt),
    activeLeafId: conversation.activeLeafId ?? parsed.at(-1)?.id ?? null,
    messages: parsed,
    cutMessages,
  }
}

/** Names the invalid field. The messages of the validation library are not suitable for users. */
function describe(error: z.ZodError): string {
  const path = error.issues[0]?.path.join('.').slice(0, 100)
  return path ? `“${path}” is missing or invalid` : 'unknown format'
}
