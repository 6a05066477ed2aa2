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
  maxImportedParts,
  maxMessageBytes,
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
type Kept = { role: 'user' | 'assistant'; text: string; node: Node }

/** A message as its last part. The parts before it belong to `goesOnFrom`, so that they are not copied. */
type Draft = Omit<ImportedMessage, 'parts'> & {
  goesOnFrom: Draft | null
  text: string
  partCount: number
  characters: number
}

/** Names ids that are made from ids that are none of ours: the same file gives the same ids. */
const namespace = '6d1f8a52-0b8e-4c8d-9d0c-5a4f6e2b7c31'

/**
 * Parses a conversation of ChatGPT's `conversations.json`, which is a tree of nodes. System, tool and hidden nodes are
 * dropped, and their children move up to the parent. Consecutive nodes of the same side become one message, even with a
 * tool call between them. Takes time linear in the size of `value`. Throws `ImportRefused` if `value` is no such
 * conversation or too large.
 */
export function parseChatgptExport(value: unknown): ImportedConversation {
  if (value !== null && typeof value === 'object' && 'mapping' in value && value.mapping)
    refuseTooMany(Object.keys(value.mapping).length)
  const result = exported.safeParse(value)
  if (!result.success) throw new ImportRefused('It is no conversation of a ChatGPT export.')
  const { mapping, current_node, ...conversation } = result.data
  const nodes = new Map(Object.entries(mapping))
  const original = conversation.conversation_id ?? conversation.id ?? [...nodes.keys()].join()
  // The id of every node is derived from it, so a long one is hashed once.
  const within = original.length > 200 ? idOf(original, '') : original
  const drafts: Draft[] = []
  /** For every node, the newest message at or above it. */
  const standing = new Map<string, Draft | null>()
  const followed = new Set<string>()
  for (const name of parentsFirst(nodes)) {
    const { parent } = nodes.get(name) ?? {}
    const above = (parent && standing.get(parent)) || null
    const kept = keptOf(nodes.get(name))
    if (!kept) {
      standing.set(name, above)
      continue
    }
    const goesOnFrom = above?.role === kept.role ? above : null
    const { create_time, metadata } = kept.node.message ?? {}
    const draft: Draft = {
      id: idOf(name, within),
      parentId: goesOnFrom ? goesOnFrom.parentId : (above?.id ?? null),
      turnId: mintId(),
      role: kept.role,
      status: 'complete',
      goesOnFrom,
      text: kept.text,
      partCount: (goesOnFrom?.partCount ?? 0) + 1,
      characters: (goesOnFrom?.characters ?? 0) + kept.text.length,
      createdAt: importedTime(create_time),
      model: metadata?.model_slug ? cleanText(metadata.model_slug) : null,
    }
    if (goesOnFrom) followed.add(goesOnFrom.id)
    drafts.push(draft)
    standing.set(name, draft)
  }
  const shown = (current_node && standing.get(current_node)) || drafts.at(-1)
  const parents = new Set(drafts.map(({ parentId }) => parentId))
  // A message that only ever goes on in another one is the beginning of that one.
  const whole = drafts.filter((one) => !followed.has(one.id) || parents.has(one.id) || one === shown)
  refuseRepetition(
    { parts: drafts.length, characters: sumOf(drafts, ({ text }) => text.length) },
    {
      parts: sumOf(whole, ({ partCount }) => partCount),
      characters: sumOf(whole, ({ characters }) => Math.min(characters, maxMessageBytes)),
    },
  )
  const finished = whole.map(finish)
  const messages = finished.map(({ message }) => message)
  return {
    id: idOf(original, ''),
    ...importedTitle(conversation.title ?? '', messages),
    createdAt: importedTime(conversation.create_time),
    updatedAt: importedTime(conversation.update_time),
    pinned: false,
    archived: conversation.is_archived ?? false,
    activeLeafId: shown?.id ?? null,
    messages,
    cutMessages: finished.filter(({ isCut }) => isCut).length,
  }
}

const sumOf = (drafts: readonly Draft[], amount: (draft: Draft) => number) =>
  drafts.reduce((sum, draft) => sum + amount(draft), 0)

function finish({ goesOnFrom, text, partCount: _, characters: __, ...message }: Draft) {
  const texts = [text]
  for (let one = goesOnFrom; one; one = one.goesOnFrom) texts.push(one.text)
  const beginning = beginningOf(texts.reverse())
  const taken = beginning.length > maxImportedParts ? [beginning.join('\n\n')] : beginning
  const { parts, isCut } = cutParts(
    taken.map(
      (one): TextualPart => ({ type: 'text', text: one, ...(message.role === 'assistant' && { state: 'done' }) }),
    ),
  )
  return { message: { ...message, parts }, isCut }
}

/** Yields texts until they are longer than a message may be. */
function beginningOf(texts: readonly string[]): readonly string[] {
  let characters = 0
  const last = texts.findIndex((text) => {
    characters += text.length
    return characters > maxMessageBytes
  })
  return last < 0 ? texts : texts.slice(0, last + 1)
}

const idOf = (name: string, within: string) =>
  validate(name) ? name.toLowerCase() : v5(`${within}/${name}`.toWellFormed(), namespace)

/** The nodes that hang on a root, each behind its parent; without a call for each level, since there may be thousands. */
function parentsFirst(nodes: ReadonlyMap<string, Node>): string[] {
  const children = new Map<string | null, string[]>()
  for (const [name, { parent }] of nodes) {
    const above = parent && nodes.has(parent) ? parent : null
    const siblings = children.get(above)
    if (siblings) siblings.push(name)
    else children.set(above, [name])
  }
  const order = children.get(null) ?? []
  for (let index = 0; index < order.length; index++)
    for (const child of children.get(order[index] ?? '') ?? []) order.push(child)
  return order
}

/** What of a node people have said to each other, if anything. */
function keptOf(of: Node | undefined): Kept | null {
  const { message } = of ?? {}
  if (!of || !message || message.metadata?.is_visually_hidden_from_conversation) return null
  const { role } = message.author
  if (role !== 'user' && role !== 'assistant') return null
  // What the model says to a tool is not for people; nor are its thoughts and the code that it has run.
  if (message.recipient && message.recipient !== 'all') return null
  if (!['text', 'multimodal_text'].includes(message.content?.content_type ?? 'text')) return null
  const texts = (message.content?.parts ?? []).filter((one) => typeof one === 'string')
  // One unit more than a message may have, so that it counts as cut.
  const text = cleanText(texts.join('\n\n'))
    .trim()
    .slice(0, maxMessageBytes + 1)
  return text === '' ? null : { role, text, node: of }
}
