import { v5, validate } from 'uuid'
import { z } from 'zod'
import { mintId } from '@/lib/ids'
import {
  cleanText,
  type ImportedConversation,
  type ImportedMessage,
  ImportRefused,
  importedTime,
  importedTitle,
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

/** Names ids that are made from ids that are none of ours: the same file gives the same ids. */
const namespace = '6d1f8a52-0b8e-4c8d-9d0c-5a4f6e2b7c31'

/**
 * A conversation of ChatGPT's `conversations.json`: a tree of nodes, of which system, tool and hidden ones are dropped and
 * their children hung on what stands above. What one side says in several nodes, with a tool between them perhaps, becomes
 * one message. Throws `ImportRefused` for what is none.
 */
export function parseChatgptExport(value: unknown): ImportedConversation {
  const result = exported.safeParse(value)
  if (!result.success) throw new ImportRefused('It is no conversation of a ChatGPT export.')
  const { mapping, current_node, ...conversation } = result.data
  const nodes = new Map(Object.entries(mapping))
  const original = conversation.conversation_id ?? conversation.id ?? [...nodes.keys()].join()
  const id = idOf(original, '')
  const messages: ImportedMessage[] = []
  /** For every node, the newest message at or above it. */
  const standing = new Map<string, ImportedMessage | null>()
  const followed = new Set<string>()
  for (const name of parentsFirst(nodes)) {
    const { parent } = nodes.get(name) ?? {}
    const above = (parent && standing.get(parent)) || null
    const kept = keptOf(nodes.get(name))
    if (!kept) {
      standing.set(name, above)
      continue
    }
    const goesOn = above?.role === kept.role ? above : null
    const message: ImportedMessage = {
      id: idOf(name, original),
      parentId: goesOn ? goesOn.parentId : (above?.id ?? null),
      turnId: mintId(),
      role: kept.role,
      status: 'complete',
      parts: [...(goesOn?.parts ?? []), partOf(kept)],
      createdAt: importedTime(kept.node.message?.create_time),
      model: kept.node.message?.metadata?.model_slug ? cleanText(kept.node.message.metadata.model_slug) : null,
    }
    if (goesOn) followed.add(goesOn.id)
    messages.push(message)
    standing.set(name, message)
  }
  const shown = (current_node && standing.get(current_node)) || messages.at(-1)
  const parents = new Set(messages.map(({ parentId }) => parentId))
  // A message that only ever goes on in another one is the beginning of that one.
  const whole = messages.filter((one) => !followed.has(one.id) || parents.has(one.id) || one === shown)
  return {
    id,
    ...importedTitle(conversation.title ?? '', whole),
    createdAt: importedTime(conversation.create_time),
    updatedAt: importedTime(conversation.update_time),
    pinned: false,
    archived: conversation.is_archived ?? false,
    activeLeafId: shown?.id ?? null,
    messages: whole,
  }
}

const idOf = (name: string, within: string) =>
  validate(name) ? name.toLowerCase() : v5(`${within}/${name}`, namespace)

/** The nodes that hang on a root, each behind its parent; without a call for each level, since there may be thousands. */
function parentsFirst(nodes: ReadonlyMap<string, Node>): string[] {
  const children = new Map<string | null, string[]>()
  for (const [name, { parent }] of nodes) {
    const above = parent && nodes.has(parent) ? parent : null
    children.set(above, [...(children.get(above) ?? []), name])
  }
  const order = [...(children.get(null) ?? [])]
  for (let index = 0; index < order.length; index++) order.push(...(children.get(order[index] ?? '') ?? []))
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
  const text = cleanText(texts.join('\n\n')).trim()
  return text === '' ? null : { role, text, node: of }
}

const partOf = ({ role, text }: Kept): ImportedMessage['parts'][number] =>
  role === 'assistant' ? { type: 'text', text, state: 'done' } : { type: 'text', text }
