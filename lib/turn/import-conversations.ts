import { sql } from 'drizzle-orm'
import { findDatabaseError } from '@/db/database-error'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { ImportReport } from '@/lib/contract/api'
import { type ImportedConversation, ImportRefused } from '@/lib/conversation/imported-conversation'
import { indexOwnTexts } from '@/lib/conversation/index-texts'
import { parseChatgptExport } from '@/lib/conversation/parse-chatgpt-export'
import { parseGoldfishExport } from '@/lib/conversation/parse-goldfish-export'
import { AppError, isAppError } from '@/lib/errors'
import { estimateTokens } from '@/lib/history/estimate-tokens'
import type { JsonItem } from '@/lib/http/read-json-items'
import { mintId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { textOf } from '@/lib/prompt/message-content'
import { hasRoom, quotaError } from '@/lib/rate-limit/row-quota'

const mostMessages = 10_000
const mostConversations = 10_000
const mostToldFailures = 100

type Scope = Needs<'db' | 'userId' | 'limits' | 'hold' | 'log'>

/**
 * Takes conversations out of a file, one after the other, each of them whole or not at all; what is there already stays as
 * it is. A file that breaks off has brought what stood before the break. Throws what reading its beginning throws.
 */
export async function importConversations(context: Scope, items: AsyncIterable<JsonItem>): Promise<ImportReport> {
  const report: ImportReport = { imported: 0, skipped: 0, failed: [], failedCount: 0 }
  const fail = (index: number, reason: string, title?: string) => {
    report.failedCount += 1
    if (report.failed.length < mostToldFailures) report.failed.push({ index, ...(title && { title }), reason })
  }
  let index = 0
  try {
    for await (const item of items) {
      if (index === mostConversations) {
        fail(index, `The file has more than ${mostConversations} conversations: the rest was left out.`)
        break
      }
      let title: string | undefined
      try {
        const value = parseItem(item)
        title = titleIn(value)
        report[await takeConversation(context, parseConversation(value))] += 1
      } catch (error) {
        fail(index, reasonOf(context, error), title)
      }
      index += 1
    }
  } catch (error) {
    if (index === 0 || !isAppError(error)) throw error
    fail(index, `The file ends here: ${error.details.detail ?? 'it is too large.'}`)
  }
  // Until then they are read and continued like all others, and only not found by a search.
  if (report.imported > 0) context.hold(indexOwnTexts(context).catch(() => undefined))
  return report
}

function parseItem(item: JsonItem): unknown {
  if ('refused' in item) throw new ImportRefused(`It is ${item.refused}.`)
  try {
    return JSON.parse(item.text)
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
  if (conversation.messages.length > mostMessages) throw new ImportRefused(`It has more than ${mostMessages} messages.`)
  return conversation
}

function reasonOf({ log }: Scope, error: unknown): string {
  if (error instanceof ImportRefused) return error.message
  const quota = quotaError(error)?.details.detail
  if (quota) return quota
  const failure = findDatabaseError(error)
  // The database is away, and will be for the next one too.
  if (failure && (failure.sqlState === null || /^(08|53|57)/.test(failure.sqlState)))
    throw new AppError('database_unavailable', { cause: error, retryAfterSeconds: 3 })
  log.error('conversation not imported', { error: describeError(error) })
  return 'It could not be stored.'
}

/** Ids that this user has used for something else are replaced by new ones. */
async function takeConversation(context: Scope, conversation: ImportedConversation): Promise<'imported' | 'skipped'> {
  const known = await findConversation(context, conversation.id)
  if (known === 'there') return 'skipped'
  const wanted = known === 'deleted' ? { ...withNewIds(conversation), id: mintId() as string } : conversation
  try {
    return await store(context, wanted)
  } catch (error) {
    if (findDatabaseError(error)?.sqlState !== '23505') throw error
    return store(context, withNewIds(wanted))
  }
}

async function findConversation({ db, userId }: Scope, id: string): Promise<'there' | 'deleted' | null> {
  const result = await db.execute(sql`
    select deleted_at is not null as deleted from conversation where user_id = ${userId} and id = ${id}`)
  const [row] = rowsOf<{ deleted: boolean }>(result)
  return row ? (row.deleted ? 'deleted' : 'there') : null
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

/** Messages in one statement: none may take as long as a connection is lent for. */
const batchSize = 500
/** By then an import has ended, or its process has. */
const stagingMinutes = 10

/**
 * While its messages are written the conversation is a deleted one, and in no answer; the last statement makes it whole. If
 * that never comes the sweep erases it. False: it is there already.
 */
async function store(context: Scope, conversation: ImportedConversation): Promise<'imported' | 'skipped'> {
  const { db, userId } = context
  const rows = numbered(conversation.messages)
  if (!(await stage(context, conversation, rows.length))) return 'skipped'
  try {
    for (let from = 0; from < rows.length; from += batchSize)
      await writeMessages(context, conversation.id, rows.slice(from, from + batchSize))
  } catch (error) {
    await db
      .execute(sql`delete from conversation where user_id = ${userId} and id = ${conversation.id}`)
      .catch(() => undefined)
    throw error
  }
  await db.execute(sql`
    update conversation set deleted_at = null where user_id = ${userId} and id = ${conversation.id}`)
  return 'imported'
}

function numbered(messages: ImportedConversation['messages']) {
  const tokens = new Map<string | null, number>()
  return messages.map((one, index) => {
    const contextTokens = (tokens.get(one.parentId) ?? 0) + estimateTokens(textOf(one.parts))
    tokens.set(one.id, contextTokens)
    return { ...one, seq: index + 1, contextTokens }
  })
}

/** Times to come would stand on top of the list for ever. */
async function stage(
  { db, userId, limits }: Scope,
  conversation: ImportedConversation,
  lastSeq: number,
): Promise<boolean> {
  const { id, title, titledBy, createdAt, updatedAt, pinned, archived, activeLeafId } = conversation
  const result = await db.execute(sql`
    insert into conversation
      (user_id, id, title, titled_by, last_seq, active_leaf_id, pinned, archived, created_at, updated_at, deleted_at)
    select ${userId}, ${id}::uuid, ${title}, ${titledBy}, ${lastSeq}::int, ${activeLeafId}::uuid, ${pinned}::boolean, ${archived}::boolean,
      least(coalesce(${createdAt}::timestamptz, now()), now()),
      least(coalesce(${updatedAt}::timestamptz, ${createdAt}::timestamptz, now()), now()),
      now() + make_interval(mins => ${stagingMinutes})
    where ${hasRoom(limits, 'conversations', userId)} and ${hasRoom(limits, 'messages', userId, lastSeq)}
    on conflict do nothing returning id`)
  return rowsOf(result).length === 1
}

async function writeMessages({ db, userId }: Scope, id: string, rows: ReturnType<typeof numbered>): Promise<void> {
  await db.execute(sql`
    insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens,
      model, created_at)
    select ${userId}, m.id, ${id}, m."parentId", m."turnId", m.role, m.seq, m.status, m.parts, m."contextTokens",
      m.model, least(coalesce(m."createdAt", now()), now())
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m (id uuid, "parentId" uuid, "turnId" uuid,
      role text, seq int, status text, parts jsonb, "contextTokens" int, model text, "createdAt" timestamptz)`)
}
