import { setImmediate } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { FoundConversation, Snippet } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'
import { type ItemRow, itemSelection, type Position, toItem } from './conversations'
import { maxSearchedUnits, searchedText, searchWords, wantedWords, wordQuery } from './search-words'

/** `?q=`: what to look for. */
export const searchText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'has a character that cannot be stored')

type SearchPage = {
  limit: number
  after: Position | null
  archived?: boolean | undefined
  pinned?: boolean | undefined
}

type Row = Omit<ItemRow, 'createdAt' | 'updatedAt'> & {
  createdAt: string
  updatedAt: string
  messageId: string | null
  /** The beginning of the message. Null if only the title was found, or if the page has enough text already. */
  text: string | null
}

/** The maximum stored size of the messages that a page reads for snippets. Further hits have no snippet. */
const maxStoredBytes = 1024 * 1024
/** The number of characters of a page that are searched for snippets, and the minimum for each further message. */
const maxPageCharacters = 512 * 1024
const minCharacters = 1024
/** The number of characters that are searched before yielding to other requests. */
const sliceCharacters = 64 * 1024

/**
 * The user's conversations whose title or one of whose messages has all the words of `text`, the last perhaps only
 * begun, newest activity first; archived ones too unless the page says otherwise, temporary ones never. Of several
 * messages the newest stands for the conversation, on whatever branch it is.
 */
export async function searchConversations(
  context: Needs<'db' | 'userId'>,
  text: string,
  page: SearchPage,
): Promise<{ items: FoundConversation[]; next: Position | null }> {
  const words = wantedWords(text)
  if (words.length === 0) return { items: [], next: null }
  const query = wordQuery(context.userId, words)
  const rows = (await lookAtNewest(context, query, page)) ?? (await askIndex(context, query, page))
  const items = await toItems(rows.slice(0, page.limit), words)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last ? { at: last.updatedAt, id: last.id } : null }
}

/** Of this many conversations for each one wanted, and of this many messages of each, the newest are looked at. */
const lookedAt = 2
const messagesLookedAt = 50

/**
 * A word that is everywhere is found in what is newest, without sorting tens of thousands of messages that have it. Null
 * where the newest do not fill the page, or one of them is too long to be sure of.
 */
async function lookAtNewest({ db, userId }: Needs<'db' | 'userId'>, query: string, page: SearchPage) {
  const wanted = page.limit + 1
  const result = await db.execute(sql`
    select ${itemSelection}, m.id as "messageId", ${textOnPage()} as text, conversation.last_seq as "lastSeq",
      coalesce(conversation.search_words @@ ${query}::tsquery, false) as "isTitled"
    from (
      select * from conversation where ${isListed(userId, page)}
      order by updated_at desc, id desc limit ${wanted * lookedAt}
    ) conversation
    left join lateral (
      select id, parts from (
        select * from message where message.user_id = ${userId} and message.conversation_id = conversation.id
        order by seq desc limit ${messagesLookedAt}
      ) newest
      where search_words @@ ${query}::tsquery order by seq desc limit 1
    ) m on true
    order by conversation.updated_at desc, conversation.id desc`)
  const seen = rowsOf<Row & { lastSeq: number; isTitled: boolean }>(result)
  const found: Row[] = []
  for (const { lastSeq, isTitled, ...row } of seen) {
    if (row.messageId === null && lastSeq > messagesLookedAt) return null
    if (row.messageId !== null || isTitled) found.push(row)
    if (found.length === wanted) return found
  }
  return seen.length < wanted * lookedAt ? found : null
}

/** The beginning of message `m`, unless the rows before it have used up the limit of the page. */
const textOnPage = () => sql`case when coalesce(sum(pg_column_size(m.parts)) over (
    order by conversation.updated_at desc, conversation.id desc rows between unbounded preceding and 1 preceding), 0)
  < ${sql.raw(String(maxStoredBytes))} then ${searchedText(sql`m.parts`)} end`

async function askIndex({ db, userId }: Needs<'db' | 'userId'>, query: string, page: SearchPage): Promise<Row[]> {
  const result = await db.execute(sql`
    with found as materialized (${foundMessages(userId, query)})
    select ${itemSelection}, m.id as "messageId", ${textOnPage()} as text from (
      select conversation.*, found.seq as found_seq
      from conversation left join found on found.conversation_id = conversation.id
      where ${isListed(userId, page)} and (found.seq is not null or search_words @@ ${query}::tsquery)
      order by updated_at desc, id desc limit ${page.limit + 1}
    ) conversation
    left join message m
      on m.user_id = ${userId} and m.conversation_id = conversation.id and m.seq = conversation.found_seq
    order by conversation.updated_at desc, conversation.id desc`)
  return rowsOf<Row>(result)
}

/**
 * The newest message of each conversation that has the words. The index on words is the one to take: it knows the user
 * too. Written so, the condition on the user cannot tempt the planner to read all they ever wrote.
 */
export function foundMessages(userId: UserId, query: string): SQL {
  return sql`
    select conversation_id, max(seq) as seq from message
    where search_words @@ ${query}::tsquery and search_words is not null and user_id || '' = ${userId}
    group by conversation_id`
}

function isListed(userId: UserId, { after, archived, pinned }: SearchPage): SQL {
  return sql`user_id = ${userId} and deleted_at is null and not temporary
    ${archived === undefined ? sql`` : sql`and archived = ${archived}`}
    ${pinned === undefined ? sql`` : sql`and pinned = ${pinned}`}
    ${after ? sql`and (updated_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql``}`
}

async function toItems(rows: readonly Row[], words: readonly string[]): Promise<FoundConversation[]> {
  const items: FoundConversation[] = []
  let looked = 0
  let sinceYield = 0
  for (const { text, messageId, ...row } of rows) {
    const item = toItem({ ...row, createdAt: new Date(row.createdAt), updatedAt: new Date(row.updatedAt) })
    const shown = (text ?? item.title).slice(0, Math.max(minCharacters, maxPageCharacters - looked))
    items.push({ ...item, messageId, snippet: makeSnippet(shown, words) })
    looked += shown.length
    sinceYield += shown.length
    if (sinceYield < sliceCharacters) continue
    await setImmediate()
    sinceYield = 0
  }
  return items
}

/** UTF-16 units of text shown before the first match, and in all. */
const unitsBefore = 40
const unitsShown = 180

/**
 * Returns the text around the first match as one line, with the matches in it. `words` come from `wantedWords`. Reads the
 * first `maxSearchedUnits` of the text, in linear time.
 */
export function makeSnippet(markdown: string, words: readonly string[]): Snippet {
  const text = withoutMarks(markdown.slice(0, maxSearchedUnits).toWellFormed())
  const found = findMatches(text, words)
  const first = found[0]?.[0] ?? 0
  const from = cutAt(text, Math.max(0, first - unitsBefore), first)
  const to = cutAt(text, Math.min(text.length, from + unitsShown), text.length)
  const before = from > 0 ? '…' : ''
  // White space becomes blanks, unit by unit: positions stay.
  const shown = before + text.slice(from, to).replace(/\s/g, ' ') + (to < text.length ? '…' : '')
  const shift = before.length - from
  const matches = found
    .filter(([start, end]) => start >= from && end <= to)
    .map(([start, end]): [number, number] => [start + shift, end + shift])
  return { text: shown, matches }
}

/** Without the commonest of Markdown's marks, where they stand in pairs around something or before a heading. */
const withoutMarks = (markdown: string) =>
  markdown
    .replace(/(?<![\w*])\*\*(\S|\S[^*\n]*\S)\*\*(?![\w*])/g, '$1')
    .replace(/(?<!`)`([^`\n]+)`(?!`)/g, '$1')
    .replace(/^#{1,6} +/gm, '')

/** Where the wanted words stand, those that touch as one. */
function findMatches(text: string, words: readonly string[]): [number, number][] {
  const last = words.at(-1) ?? ''
  const others = new Set(words.slice(0, -1))
  const matches: [number, number][] = []
  for (const { word, start, end } of searchWords(text)) {
    // Further matches are after the shown part.
    if (matches[0] && start > matches[0][0] + unitsShown) break
    const isBeginning = last !== '' && word.startsWith(last)
    if (!isBeginning && !others.has(word)) continue
    // Folding may change a word's length; then where its beginning ends is not known, and all of it is shown.
    const matchEnd = isBeginning && !others.has(word) && word.length === end - start ? start + last.length : end
    const previous = matches.at(-1)
    if (previous && start <= previous[1]) previous[1] = Math.max(previous[1], matchEnd)
    else matches.push([start, matchEnd])
  }
  return matches
}

/** The next blank from `index` on, before `limit` and not far away; else `index` itself, but not inside a character. */
function cutAt(text: string, index: number, limit: number): number {
  if (index === 0 || index >= text.length) return index
  const blank = text.slice(index, Math.min(limit, index + 20)).search(/\s/)
  if (blank >= 0) return index + blank
  const unit = text.charCodeAt(index)
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index
}
