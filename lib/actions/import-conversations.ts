import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { findDatabaseError } from '@/db/database-error'
import { countRows, rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { ImportReport } from '@/lib/contract/api'
import { maxImportedMessageBytes } from '@/lib/conversation/imported-conversation'
import { indexOwnTexts } from '@/lib/conversation/index-texts'
import { AppError, errorTable, isAppError } from '@/lib/errors'
import type { JsonItem } from '@/lib/http/read-json-items'
import { type ConversationId, mintId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { hasRoom, quotaError } from '@/lib/rate-limit/row-quota'
import { WorkerFailure } from '@/lib/worker/answer-call'
import { runInWorker } from '@/lib/worker/run-in-worker'
import { type ImportInput, type ImportOutcome, type PreparedConversation, prepareImport } from './prepare-import'

const maxConversations = 10_000
const maxReportedFailures = 100
/**
 * The loop yields to the event loop after this many conversations, because refused ones do not wait for the database.
 */
const itemsPerTurn = 100

/**
 * Conversations up to these sizes are parsed without a thread. That takes a few milliseconds, while starting a thread
 * takes 30 ms or more. Typical conversations are smaller.
 */
const maxInlineCharacters = 64 * 1024
const maxInlineValues = 8 * 1024

const workerLimits = Object.freeze({
  queue: 'import',
  maxThreads: 1,
  maxWaiting: 16,
  deadlineMs: 20_000,
  // An item within the limits of `lib/http/read-json-items.ts` needs about 200 MiB at most.
  maxHeapMiB: 320,
})

type ImportNeeds = Needs<'db' | 'userId' | 'limits' | 'waitUntil' | 'log'>
type ImportItem = { text: string; values: number }

/** A conversation that was not imported. The message is shown to its owner. */
class NotImported extends Error {
  override name = 'NotImported'
}

/**
 * Imports the conversations of a file one by one, each either completely or not at all. Existing conversations are
 * skipped and not changed. If the file breaks off, the conversations before the break are imported. Throws if it
 * fails before the first one.
 */
export async function importConversations(context: ImportNeeds, items: AsyncIterable<JsonItem>): Promise<ImportReport> {
  const report: ImportReport = { imported: 0, skipped: 0, failed: [], failedCount: 0 }
  const fail = (index: number, reason: string, title?: string) => {
    report.failedCount += 1
    if (report.failed.length < maxReportedFailures) report.failed.push({ index, ...(title && { title }), reason })
  }
  const reportTruncated = (index: number, { title, cutMessages }: PreparedConversation) => {
    if (cutMessages === 0) return
    report.shortenedCount = (report.shortenedCount ?? 0) + 1
    report.shortened ??= []
    if (report.shortened.length < maxReportedFailures)
      report.shortened.push({ index, title, reason: truncationReason(cutMessages) })
  }
  let index = 0
  try {
    for await (const item of items) {
      if (index === maxConversations) {
        fail(index, `The file has more than ${maxConversations} conversations. The rest was skipped.`)
        break
      }
      let title: string | undefined
      try {
        if ('refused' in item) throw new NotImported(refusals[item.refused])
        const outcome = await prepare(item, 'given')
        title = outcome.title
        if ('refused' in outcome) throw new NotImported(outcome.refused)
        const result = await importConversation(context, item, outcome.conversation)
        report[result] += 1
        if (result === 'imported') reportTruncated(index, outcome.conversation)
      } catch (error) {
        fail(index, failureReason(context, error), title)
      }
      index += 1
      if (index % itemsPerTurn === 0) await setImmediate()
    }
  } catch (error) {
    if (index === 0 || !isAppError(error)) throw error
    fail(index, `The import ended here: ${error.details.detail ?? errorTable[error.code].title}`)
  }
  // Until the index is complete, search does not find the imported messages. Everything else works.
  if (report.imported > 0) context.waitUntil(indexOwnTexts(context).catch(() => undefined))
  return report
}

const refusals = Object.freeze({
  'too large': 'It is too large.',
  'nested too deeply': 'It is nested too deeply.',
  'too many values': 'It has too many fields.',
})

const truncationReason = (count: number) =>
  `${count === 1 ? 'One message was' : `${count} messages were`} longer than ${maxImportedMessageBytes / 1024 / 1024} MiB. The rest of ${count === 1 ? 'it' : 'each'} was removed.`

/** Parses an item, in a worker thread if it is not small. Throws `NotImported` if the thread returns no result. */
async function prepare({ text, values }: ImportItem, ids: ImportInput['ids']): Promise<ImportOutcome> {
  const input: ImportInput = { text, ids }
  if (text.length <= maxInlineCharacters && values <= maxInlineValues) return prepareImport(input)
  try {
    return await runInWorker<ImportOutcome>(
      (options) => new Worker(new URL('./prepare-import.worker.ts', import.meta.url), { ...options }),
      input,
      workerLimits,
    )
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error
    if (error.reason === 'busy')
      throw new AppError('rate_limited', {
        cause: error,
        detail: 'Too many files are being imported. Please try again in a minute.',
        retryAfterSeconds: 60,
      })
    if (error.reason === 'deadline exceeded') throw new NotImported('It takes too long to read.')
    if (error.reason === 'out of memory') throw new NotImported('It needs too much memory.')
    throw error
  }
}

function failureReason({ log }: ImportNeeds, error: unknown): string {
  if (error instanceof NotImported) return error.message
  const quota = quotaError(error)?.details.detail
  if (quota) return quota
  if (isAppError(error)) throw error
  const failure = findDatabaseError(error)
  // The database is unreachable and will be for the next conversation too, so the import must end.
  if (failure && (failure.sqlState === null || /^(08|53|57)/.test(failure.sqlState)))
    throw new AppError('database_unavailable', { cause: error, retryAfterSeconds: 3 })
  log.error('conversation not imported', { error: describeError(error) })
  return 'It could not be stored.'
}

/** Stores a conversation. Ids that this user has already used for something else are replaced with new ones. */
async function importConversation(
  context: ImportNeeds,
  item: ImportItem,
  conversation: PreparedConversation,
): Promise<'imported' | 'skipped'> {
  const existing = await findConversation(context, conversation.id)
  if (existing === 'there') return 'skipped'
  const id = existing === 'deleted' ? mintId<ConversationId>() : conversation.id
  try {
    if (existing === null) return await store(context, conversation)
  } catch (error) {
    if (findDatabaseError(error)?.sqlState !== '23505') throw error
  }
  const renamed = await prepare(item, 'new')
  if ('refused' in renamed) throw new NotImported(renamed.refused)
  return store(context, { ...renamed.conversation, id })
}

async function findConversation({ db, userId }: ImportNeeds, id: string): Promise<'there' | 'deleted' | null> {
  const result = await db.execute(sql`
    select deleted_at is not null as deleted from conversation where user_id = ${userId} and id = ${id}`)
  const [row] = rowsOf(result, z.object({ deleted: z.boolean() }))
  return row ? (row.deleted ? 'deleted' : 'there') : null
}

/** Long enough that the import has ended by then, or its process has died. */
const stagingMinutes = 10

/**
 * Stores a conversation and its messages in several statements. It is marked as deleted until the last statement, so
 * that no request reads a partial conversation. If the process dies before that, the sweep will delete it. Returns
 * `skipped` if the conversation already exists.
 */
async function store(context: ImportNeeds, conversation: PreparedConversation): Promise<'imported' | 'skipped'> {
  const { db, userId } = context
  if (!(await stage(context, conversation))) return 'skipped'
  try {
    for (const batch of conversation.batches) await writeMessages(context, conversation.id, batch)
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

/**
 * Inserts the conversation as deleted. Future timestamps are clamped; otherwise it would sort first in the list
 * forever.
 */
async function stage({ db, userId, limits }: ImportNeeds, conversation: PreparedConversation): Promise<boolean> {
  const { id, title, titledBy, createdAt, updatedAt, pinned, archived, activeLeafId, messageCount } = conversation
  const result = await db.execute(sql`
    insert into conversation
      (user_id, id, title, titled_by, last_seq, active_leaf_id, pinned, archived, created_at, updated_at, deleted_at)
    select ${userId}, ${id}::uuid, ${title}, ${titledBy}, ${messageCount}::int, ${activeLeafId}::uuid, ${pinned}::boolean,
      ${archived}::boolean,
      least(coalesce(${createdAt}::timestamptz, now()), now()),
      least(coalesce(${updatedAt}::timestamptz, ${createdAt}::timestamptz, now()), now()),
      now() + make_interval(mins => ${stagingMinutes})
    where ${hasRoom(limits, 'conversations', userId)} and ${hasRoom(limits, 'messages', userId, messageCount)}
    on conflict do nothing returning id`)
  return countRows(result) === 1
}

async function writeMessages({ db, userId }: ImportNeeds, id: string, batch: string): Promise<void> {
  await db.execute(sql`
    insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens,
      model, created_at)
    select ${userId}, m.id, ${id}, m."parentId", m."turnId", m.role, m.seq, m.status, m.parts, m."contextTokens",
      m.model, least(coalesce(m."createdAt", now()), now())
    from jsonb_to_recordset(${batch}::jsonb) as m (id uuid, "parentId" uuid, "turnId" uuid,
      role text, seq int, status text, parts jsonb, "contextTokens" int, model text, "createdAt" timestamptz)`)
}
