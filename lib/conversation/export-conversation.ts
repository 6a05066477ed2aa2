import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { isoTime, rowsOf, storedJson, storedText } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ExportedConversation } from '@/lib/contract/api'
import { type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'
import type { ConversationId } from '@/lib/ids'

/** Messages and conversations per query, which bounds the memory of an export. */
const pageSize = 100

const headerRow = z.object({
  id: storedText<ConversationId>(),
  title: z.string(),
  createdAt: isoTime,
  updatedAt: isoTime,
  pinned: z.boolean(),
  archived: z.boolean(),
  activeLeafId: z.string().nullable(),
  lastSeq: z.number(),
})
type Header = z.output<typeof headerRow>
type Message = ExportedConversation['messages'][number]

const messageRow = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  turnId: z.string(),
  role: storedText<Message['role']>(),
  status: storedText<Message['status']>(),
  parts: storedJson<Message['parts']>(),
  createdAt: isoTime,
  model: z.string().nullable(),
  usage: storedJson<Message['usage']>(),
  costUsd: z.number().nullable(),
})
type ExportNeeds = Needs<'db' | 'userId'>

/** Yields one conversation with all its branches as JSON, without reasoning. Yields nothing if it does not exist. */
export async function* exportConversation(context: ExportNeeds, id: ConversationId): AsyncGenerator<string> {
  const [header] = await readHeaders(context, sql`and id = ${id}`)
  if (header) yield* writeConversation(context, header)
}

/** Streams all conversations of a user except temporary ones as the elements of a JSON array, ordered by id. */
export async function* exportConversations(context: ExportNeeds): AsyncGenerator<string> {
  let last: string | null = null
  for (;;) {
    const headers: Header[] = await readHeaders(
      context,
      last === null ? sql`and not temporary` : sql`and not temporary and id > ${last}::uuid`,
    )
    for (const header of headers) {
      if (last !== null) yield ',\n'
      yield* writeConversation(context, header)
      last = header.id
    }
    if (headers.length < pageSize) return
  }
}

async function readHeaders({ db, userId }: ExportNeeds, condition: ReturnType<typeof sql>): Promise<Header[]> {
  const result = await db.execute(sql`
    select id, title, to_json(created_at) #>> '{}' as "createdAt", to_json(updated_at) #>> '{}' as "updatedAt", pinned,
      archived, active_leaf_id as "activeLeafId", last_seq as "lastSeq"
    from conversation where user_id = ${userId} and deleted_at is null ${condition} order by id limit ${pageSize}`)
  return rowsOf(result, headerRow)
}

async function* writeConversation(context: ExportNeeds, { lastSeq, ...header }: Header): AsyncGenerator<string> {
  yield `${JSON.stringify(header).slice(0, -1)},"messages":[`
  let isFirst = true
  for (let from = 1; from <= lastSeq; from += pageSize) {
    const seqs = Array.from({ length: Math.min(pageSize, lastSeq - from + 1) }, (_, index) => from + index)
    for (const message of await readMessages(context, header.id, seqs)) {
      yield (isFirst ? '' : ',') + JSON.stringify(message)
      isFirst = false
    }
  }
  yield ']}'
}

async function readMessages(
  { db, userId }: ExportNeeds,
  id: ConversationId,
  seqs: readonly number[],
): Promise<Message[]> {
  const result = await db.execute(sql`
    select id, parent_id as "parentId", turn_id as "turnId", role, status, parts,
      to_json(created_at) #>> '{}' as "createdAt", model, usage, cost_usd as "costUsd"
    from message where user_id = ${userId} and conversation_id = ${id}
      and seq = any (array(select jsonb_array_elements_text(${JSON.stringify(seqs)}::jsonb)::int)) order by seq`)
  return rowsOf(result, messageRow).map((row) => ({
    ...row,
    // Reasoning is shown only in the chat and must never be exported.
    parts: row.parts.filter(({ type }) => type !== 'reasoning'),
  }))
}

const branchRow = z.object({ title: z.string().nullable(), seqs: z.array(z.number()) })

/** Streams the active branch of a conversation as Markdown. */
export async function* exportMarkdown(context: ExportNeeds, id: ConversationId): AsyncGenerator<string> {
  const { db, userId } = context
  const result = await db.execute(sql`
    with recursive branch as (
      select m.id, m.parent_id, m.seq from conversation c
      cross join ${messageByKey(userId, sql`c.active_leaf_id`)} m
      where c.user_id = ${userId} and c.id = ${id} and c.deleted_at is null and m.conversation_id = c.id
      union all
      select m.id, m.parent_id, m.seq from branch cross join ${messageByKey(userId, sql`branch.parent_id`)} m
    )
    select (select title from conversation where user_id = ${userId} and id = ${id}) as title,
      coalesce((select json_agg(seq order by seq) from branch), '[]') as seqs`)
  const [row] = rowsOf(result, branchRow)
  if (!row || row.title === null) return
  yield `# ${row.title}\n`
  for (let from = 0; from < row.seqs.length; from += pageSize)
    for (const { role, parts } of await readMessages(context, id, row.seqs.slice(from, from + pageSize)))
      yield `\n## ${role === 'user' ? 'You' : 'Goldfish'}\n\n${markdownOf(parts).trim()}\n`
}

/** Returns the texts, and a line for each tool call with its outcome. */
function markdownOf(parts: readonly ChatPart[]): string {
  const pieces = parts.flatMap((part) =>
    isToolPart(part) ? [callLine(part)] : part.type === 'text' ? [part.text] : [],
  )
  return pieces.join('\n\n')
}

const callLine = (part: ToolPart) =>
  `*${toolNameOf(part)}${part.state === 'output-available' ? '' : ' (not done)'}*`.replaceAll('_', '\\_')
