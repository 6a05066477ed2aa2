import { setImmediate } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { FoundConversation, Snippet } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'
import { itemRow, itemSelection, type Position, toItem } from './conversations'
import { maxSearchedUnits, queryWords, searchedText, searchWords, wordQuery } from './search-words'

/** The query parameter `q`. */
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

const foundRow = itemRow.extend({
  messageId: z.string().nullable(),
  /** The start of the message. Null if only the title matched, or if the page has enough text already. */
  text: z.string().nullable(),
})
type Row = z.output<typeof foundRow>

const candidateRow = foundRow.extend({ lastSeq: z.number(), isTitled: z.boolean() })

/** Limit for the stored size of the messages that a page reads for snippets. Further results have no snippet. */
const maxStoredBytes = 1024 * 1024
/** Limit for the characters of a page that are searched for snippets, and the minimum for each further message. */
const maxPageCharacters = 512 * 1024
const minCharacters = 1024
/** Characters that are searched before yielding to other requests. */
const sliceCharacters = 64 * 1024

/**
 * Finds the user's conversations whose title or one of whose messages contains all words of `text`; the last word may
 * be a prefix. Results are sorted by activity, newest first. They include archived conversations unless the page
 * excludes them, and never temporary ones. If several messages match, the newest one is returned, on whichever branch
 * it is.
 */
export async function searchConversations(
  context: Needs<'db' | 'userId'>,
  text: string,
  page: SearchPage,
): Promise<{ items: FoundConversation[]; next: Position | null }> {
  const words = queryWords(text)
  if (words.length === 0) return { items: [], next: null }
  const query = wordQuery(context.userId, words)
  const rows = (await searchNewest(context, query, page)) ?? (await searchIndex(context, query, page))
  const items = await toItems(rows.slice(0, page.limit), words)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last ? { at: last.updatedAt, id: last.id } : null }
}

/** Number of recent conversations that are checked per requested result, and of recent messages in each of them. */
const conversationsPerResult = 2
const messagesPerConversation = 50

/**
 * Searches recent conversations without the index. A frequent word is found there, without sorting tens of thousands
 * of matching messages. Returns null if the recent ones do not fill the page, or if a conversation has more messages
 * than were checked.
 */
async function searchNewest({ db, userId }: Needs<'db' | 'userId'>, query: string, page: SearchPage) {
  const maxRows = page.limit + 1
  const result = await db.execute(sql`
    select ${itemSelection}, m.id as "messageId", ${textOnPage()} as text, conversation.last_seq as "lastSeq",
      coalesce(conversation.search_words @@ ${query}::tsquery, false) as "isTitled"
    from (
      select * from conversation where ${isListed(userId, page)}
      order by updated_at desc, id desc limit ${maxRows * conversationsPerResult}
    ) conversation
    left join lateral (
      select id, parts from (
        select * from message where message.user_id = ${userId} and message.conversation_id = conversation.id
        order by seq desc limit ${messagesPerConversation}
      ) newest
      where search_words @@ ${query}::tsquery order by seq desc limit 1
    ) m on true
    order by conversation.updated_at desc, conversation.id desc`)
  const candidates = rowsOf(result, candidateRow)
  const found: Row[] = []
  for (const { lastSeq, isTitled, ...row } of candidates) {
    if (row.messageId === null && lastSeq > messagesPerConversation) return null
    if (row.messageId !== null || isTitled) found.push(row)
    if (found.length === maxRows) return found
  }
  return candidates.length < maxRows * conversationsPerResult ? found : null
}

/** Selects the start of message `m`, unless the previous rows have used up the size limit of the page. */
const textOnPage = () => sql`case when coalesce(sum(pg_column_size(m.parts)) over (
    order by conversation.updated_at desc, conversation.id desc rows between unbounded preceding and 1 preceding), 0)
  < ${sql.raw(String(maxStoredBytes))} then ${searchedText(sql`m.parts`)} end`

async function searchIndex({ db, userId }: Needs<'db' | 'userId'>, query: string, page: SearchPage): Promise<Row[]> {
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
  return rowsOf(result, foundRow)
}

/**
 * Selects the newest matching message of each conversation. The planner should use the word index, whose entries
 * include the user. The condition on `user_id` is written so that no other index can match it; otherwise the planner
 * may read all messages of the user.
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
  let searchedCharacters = 0
  let sinceYield = 0
  for (const { text, messageId, ...row } of rows) {
    const item = toItem(row)
    const excerptSource = (text ?? item.title).slice(0, Math.max(minCharacters, maxPageCharacters - searchedCharacters))
    items.push({ ...item, messageId, snippet: makeSnippet(excerptSource, words) })
    searchedCharacters += excerptSource.length
    sinceYield += excerptSource.length
    if (sinceYield < sliceCharacters) continue
    await setImmediate()
    sinceYield = 0
  }
  return items
}

/** UTF-16 units of text shown before the first match, and in total. */
const unitsBefore = 40
const unitsShown = 180

/**
 * Returns the text around the first match as one line, with the matches in it. `words` come from `queryWords`. Reads
 * the first `maxSearchedUnits` of the text, in linear time.
 */
export function makeSnippet(markdown: string, words: readonly string[]): Snippet {
  const text = withoutMarks(markdown.slice(0, maxSearchedUnits).toWellFormed())
  const found = findMatches(text, words)
  const first = found[0]?.[0] ?? 0
  const from = cutAt(text, Math.max(0, first - unitsBefore), first)
  const to = cutAt(text, Math.min(text.length, from + unitsShown), text.length)
  const before = from > 0 ? '…' : ''
  // Replaces white space one unit at a time, so that the positions stay valid.
  const excerpt = before + text.slice(from, to).replace(/\s/g, ' ') + (to < text.length ? '…' : '')
  const shift = before.length - from
  const matches = found
    .filter(([start, end]) => start >= from && end <= to)
    .map(([start, end]): [number, number] => [start + shift, end + shift])
  return { text: excerpt, matches }
}

/** Removes the most common Markdown marks: pairs around a text, and the marks of a heading. */
const withoutMarks = (markdown: string) =>
  markdown
    .replace(/(?<![\w*])\*\*(\S|\S[^*\n]*\S)\*\*(?![\w*])/g, '$1')
    .replace(/(?<!`)`([^`\n]+)`(?!`)/g, '$1')
    .replace(/^#{1,6} +/gm, '')

/** Returns the positions of the matched words. Adjacent matches are merged. */
function findMatches(text: string, words: readonly string[]): [number, number][] {
  const last = words.at(-1) ?? ''
  const others = new Set(words.slice(0, -1))
  const matches: [number, number][] = []
  for (const { word, start, end } of searchWords(text)) {
    // Further matches are beyond the shown text.
    if (matches[0] && start > matches[0][0] + unitsShown) break
    const isBeginning = last !== '' && word.startsWith(last)
    if (!isBeginning && !others.has(word)) continue
    // Folding may change the length of a word. The end of a matched prefix is unknown then, so the whole word is
    // marked.
    const matchEnd = isBeginning && !others.has(word) && word.length === end - start ? start + last.length : end
    const previous = matches.at(-1)
    if (previous && start <= previous[1]) previous[1] = Math.max(previous[1], matchEnd)
    else matches.push([start, matchEnd])
  }
  return matches
}

/**
 * Returns the next blank after `index`, if it is near and before `limit`. Otherwise returns `index`, moved out of a
 * surrogate pair.
 */
function cutAt(text: string, index: number, limit: number): number {
  if (index === 0 || index >= text.length) return index
  const blank = text.slice(index, Math.min(limit, index + 20)).search(/\s/)
  if (blank >= 0) return index + blank
  const unit = text.charCodeAt(index)
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index
}
