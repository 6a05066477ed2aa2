import { v5, validate } from 'uuid'
import { z } from 'zod'
import { mintId } from '@/lib/ids'
import {
  cleanText,
  cutParts,
  type ImportedConversation,
  type ImportedMessage,
  ImportRefused,
  importedTime,
  importedTitle,
  maxImportedMessageBytes,
  maxImportedParts,
  refuseRepetition,
  refuseTooMany,
  type TextualPart,
} from './imported-conversation'

const node = z.object({
  parent: z.string().nullish(),
  message: z
    .object({
      author: z.object({ role: z.string() }),
      create_time: z.number().nullish(),
      content: z.object({ content_type: z.string().default('text'), parts: z.array(z.unknown()).optional() }).nullish(),
      metadata: z
        .object({
          is_visually_hidden_from_conversation: z.boolean().optional(),
          model_slug: z.string().max(200).nullish(),
        })
        .nullish(),
      recipient: z.string().nullish(),
    })
    .nullish(),
})
const exported = z.object({
  id: z.string().optional(),
  conversation_id: z.string().optional(),
  title: z.string().nullish(),
  create_time: z.number().nullish(),
  update_time: z.number().nullish(),
  is_archived: z.boolean().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(z.string(), node),
})
type Node = z.output<typeof node>
type VisibleText = { role: 'user' | 'assistant'; text: string; node: Node }

/** A message with only its last part. The earlier parts belong to `continuedFrom`, so that they are not copied. */
type Draft = Omit<ImportedMessage, 'parts'> & {
  continuedFrom: Draft | null
  text: string
  partCount: number
  characters: number
}

/** Namespace for ids that are derived from foreign ids, so that the same file always produces the same ids. */
const namespace = '6d1f8a52-0b8e-4c8d-9d0c-5a4f6e2b7c31'

/**
 * Parses a conversation of ChatGPT's `conversations.json`, which is a tree of nodes. System, tool and hidden nodes
 * are dropped, and their children move up to the parent. Consecutive nodes of the same role become one message, even
 * with a tool call between them. Takes time linear in the size of `value`. Throws `ImportRefused` if `value` is not
 * such a conversation or is too large.
 */
export function parseChatgptExport(value: unknown): ImportedConversation {
  if (value !== null && typeof value === 'object' && 'mapping' in value && value.mapping)
    refuseTooMany(Object.keys(value.mapping).length)
  const result = exported.safeParse(value)
  if (!result.success) throw new ImportRefused('It is not a conversation from a ChatGPT export.')
  const { mapping, current_node, ...conversation } = result.data
  const nodes = new Map(Object.entries(mapping))
  const sourceId = conversation.conversation_id ?? conversation.id ?? [...nodes.keys()].join()
  // The id of every node is derived from this text, so a long one is hashed only once.
  const namespacePath = sourceId.length > 200 ? idOf(sourceId, '') : sourceId
  const drafts: Draft[] = []
  /** Maps every node to the newest message at or above it. */
  const newestAt = new Map<string, Draft | null>()
  const continued = new Set<string>()
  for (const name of parentsFirst(nodes)) {
    const { parent } = nodes.get(name) ?? {}
    const newestAbove = (parent && newestAt.get(parent)) || null
    const visible = visibleText(nodes.get(name))
    if (!visible) {
      newestAt.set(name, newestAbove)
      continue
    }
    const continuedFrom = newestAbove?.role === visible.role ? newestAbove : null
    const { create_time, metadata } = visible.node.message ?? {}
    const draft: Draft = {
      id: idOf(name, namespacePath),
      parentId: continuedFrom ? continuedFrom.parentId : (newestAbove?.id ?? null),
      turnId: mintId(),
      role: visible.role,
      status: 'complete',
      continuedFrom,
      text: visible.text,
      partCount: (continuedFrom?.partCount ?? 0) + 1,
      characters: (continuedFrom?.characters ?? 0) + visible.text.length,
      createdAt: importedTime(create_time),
      model: metadata?.model_slug ? cleanText(metadata.model_slug) : null,
    }
    if (continuedFrom) continued.add(continuedFrom.id)
    drafts.push(draft)
    newestAt.set(name, draft)
  }
  const activeDraft = (current_node && newestAt.get(current_node)) || drafts.at(-1)
  const parents = new Set(drafts.map(({ parentId }) => parentId))
  // A message that only exists as the start of other messages must not become a message of its own.
  const complete = drafts.filter((one) => !continued.has(one.id) || parents.has(one.id) || one === activeDraft)
  refuseRepetition(
    { parts: drafts.length, characters: sumOf(drafts, ({ text }) => text.length) },
    {
      parts: sumOf(complete, ({ partCount }) => partCount),
      characters: sumOf(complete, ({ characters }) => Math.min(characters, maxImportedMessageBytes)),
    },
  )
  const finished = complete.map(finish)
  const messages = finished.map(({ message }) => message)
  return {
    id: idOf(sourceId, ''),
    ...importedTitle(conversation.title ?? '', messages),
    createdAt: importedTime(conversation.create_time),
    updatedAt: importedTime(conversation.update_time),
    pinned: false,
    archived: conversation.is_archived ?? false,
    activeLeafId: activeDraft?.id ?? null,
    messages,
    cutMessages: finished.filter(({ isCut }) => isCut).length,
  }
}

const sumOf = (drafts: readonly Draft[], amount: (draft: Draft) => number) =>
  drafts.reduce((sum, draft) => sum + amount(draft), 0)

function finish({ continuedFrom, text, partCount: _, characters: __, ...message }: Draft) {
  const texts = [text]
  for (let one = continuedFrom; one; one = one.continuedFrom) texts.push(one.text)
  const limited = takeUpToLimit(texts.reverse())
  const partTexts = limited.length > maxImportedParts ? [limited.join('\n\n')] : limited
  const { parts, isCut } = cutParts(
    partTexts.map(
      (one): TextualPart => ({ type: 'text', text: one, ...(message.role === 'assistant' && { state: 'done' }) }),
    ),
  )
  return { message: { ...message, parts }, isCut }
}

/** Returns the first texts up to the limit of a message, including the one that exceeds it. */
function takeUpToLimit(texts: readonly string[]): readonly string[] {
  let characters = 0
  const last = texts.findIndex((text) => {
    characters += text.length
    return characters > maxImportedMessageBytes
  })
  return last < 0 ? texts : texts.slice(0, last + 1)
}

const idOf = (name: string, namespacePath: string) =>
  validate(name) ? name.toLowerCase() : v5(`${namespacePath}/${name}`.toWellFormed(), namespace)

/**
 * Returns the nodes that are reachable from a root, parents before children. Iterative, because a chain may have
 * thousands of levels.
 */
function parentsFirst(nodes: ReadonlyMap<string, Node>): string[] {
  const children = new Map<string | null, string[]>()
  for (const [name, { parent }] of nodes) {
    const newestAbove = parent && nodes.has(parent) ? parent : null
    const siblings = children.get(newestAbove)
    if (siblings) siblings.push(name)
    else children.set(newestAbove, [name])
  }
  const order = children.get(null) ?? []
  for (let index = 0; index < order.length; index++)
    for (const child of children.get(order[index] ?? '') ?? []) order.push(child)
  return order
}

/** Returns the visible text of a node, or null if it has none. */
function visibleText(of: Node | undefined): VisibleText | null {
  const { message } = of ?? {}
  if (!of || !message || message.metadata?.is_visually_hidden_from_conversation) return null
  const { role } = message.author
  if (role !== 'user' && role !== 'assistant') return null
  // Messages to a tool, reasoning and executed code are not part of the visible conversation.
  if (message.recipient && message.recipient !== 'all') return null
  if (!['text', 'multimodal_text'].includes(message.content?.content_type ?? 'text')) return null
  const texts = (message.content?.parts ?? []).filter((one) => typeof one === 'string')
  // Keeps one unit more than the limit, so that the text counts as truncated.
  const text = cleanText(texts.join('\n\n'))
    .trim()
    .slice(0, maxImportedMessageBytes + 1)
  return text === '' ? null : { role, text, node: of }
}
