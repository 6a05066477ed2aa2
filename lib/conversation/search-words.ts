/**
 * Splits a text into the words by which search finds it, in any language and without Postgres extensions,
 * dictionaries or collations (docs/decisions/0018-search-words.md). Words are compared without
 * case and accents. Scripts without spaces between words are split into overlapping pairs of characters, so that any
 * two consecutive characters can be found. Emoji and symbols are separate words.
 */
import { createHash } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import type { UserId } from '@/lib/ids'
import { normalizeText } from '@/lib/normalize-text'

/** A normalized word and its position in the text, in UTF-16 units. */
type SearchWord = { word: string; start: number; end: number }

const unspaced = String.raw`(?=[\p{L}\p{N}\p{M}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]`
const emoji = String.raw`\p{RI}{2}|\p{Extended_Pictographic}[\uFE0F\p{EMod}]*(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{EMod}]*)*`
const pieces = new RegExp(
  String.raw`(?<unspaced>(?:${unspaced})+)|(?<word>(?:(?!${unspaced})[\p{L}\p{N}\p{M}])+)|(?<sign>${emoji}|[\p{S}%_\\@#&*])`,
  'gu',
)

/** Limit for the indexed UTF-16 units of a text, which bounds the work for one message. */
export const maxSearchedUnits = 65_536
const maxWordUnits = 64
/** Limit for the UTF-16 units of a word that are folded. */
const maxFoldedUnits = 256
/** Limit for the size of the words of one text, because Postgres rejects a tsvector of more than 1 MiB. */
const maxIndexedBytes = 1_000_000

/** Yields the words of a text in order, with repetitions. Takes time linear in the length of the text. */
export function* searchWords(text: string): Generator<SearchWord, void, undefined> {
  for (const { 0: piece, index, groups } of text.slice(0, maxSearchedUnits).matchAll(pieces)) {
    if (groups?.unspaced) yield* pairs(piece, index)
    else yield* nonEmpty({ word: foldWord(piece), start: index, end: index + piece.length })
  }
}

function* nonEmpty(word: SearchWord): Generator<SearchWord, void, undefined> {
  if (word.word !== '') yield word
}

/** Yields every character together with the next one, and the last character alone. */
function* pairs(run: string, offset: number): Generator<SearchWord, void, undefined> {
  let start = offset
  let character = ''
  for (const next of run) {
    if (character !== '') {
      yield* nonEmpty({ word: foldWord(character + next), start, end: start + character.length + next.length })
      start += character.length
    }
    character = next
  }
  yield* nonEmpty({ word: foldWord(character), start, end: start + character.length })
}

const replacements: Readonly<Record<string, string>> = Object.freeze({
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  ς: 'σ',
})

/** The voiced sound marks of kana must be kept, because they form a different syllable. */
const marks = /(?!\u3099|\u309A)\p{sc=Inherited}|(?=\p{sc=Hebrew})\p{Mn}|\p{EMod}/gu

/** For these characters folding only changes the case. */
const ascii = /^[!-~]+$/

/** A pair of ideographs, which folding would not change. A long text has tens of thousands of them. */
const ideographs = /^[\u4e00-\u9fff]{1,2}$/

/**
 * Removes accents and vowel points of Latin, Greek, Cyrillic, Hebrew and Arabic. Marks that form a different letter
 * are kept.
 */
function foldWord(word: string): string {
  if (ideographs.test(word)) return word
  if (ascii.test(word)) return word.slice(0, maxWordUnits).toLowerCase()
  const plain = normalizeText(truncateWord(word).toLowerCase(), 'NFKD').replace(marks, '')
  const folded = normalizeText(plain, 'NFKC')
    .toLowerCase()
    .replace(/[ßæœøłđıς]/g, (letter) => replacements[letter] ?? letter)
  return [...folded].slice(0, maxWordUnits).join('')
}

/** Truncates a word to `maxFoldedUnits`, and removes an incomplete surrogate pair at the end. */
function truncateWord(word: string): string {
  if (word.length <= maxFoldedUnits) return word
  return word.slice(0, maxFoldedUnits).replace(/[\uD800-\uDBFF]$/, '')
}

/**
 * Returns the words of a query, all of which must match; the last one may match as a prefix. Empty if the query has
 * no words.
 */
export function queryWords(query: string): string[] {
  const found = [...searchWords(query)]
  // The last character of an unspaced run is already contained in the pair before it.
  const needed = found.filter(({ end }, index) => found[index - 1]?.end !== end).map(({ word }) => word)
  const last = needed.at(-1)
  if (last === undefined) return []
  const others = needed.filter((word) => word !== last)
  return [...new Set(others.slice(0, maxQueryWords)), last]
}

const maxQueryWords = 30

/** Every indexed word starts with a tag of its user, so that a search only reads the entries of this user. */
const userTag = (userId: UserId) => createHash('sha256').update(userId).digest('base64url').slice(0, 8)

/** Returns the distinct words of a text in the format of the `search_words` columns. */
export function taggedWords(userId: UserId, text: string): string[] {
  const tag = userTag(userId)
  const words = new Set<string>()
  let bytes = 0
  for (const { word } of searchWords(text)) {
    const tagged = tag + word
    if (words.has(tagged)) continue
    bytes += Buffer.byteLength(tagged)
    if (bytes > maxIndexedBytes) break
    words.add(tagged)
  }
  return [...words]
}

/** Returns the SQL value of a `search_words` column for a text. */
export function wordVector(userId: UserId, text: string): SQL<string> {
  const words = JSON.stringify(taggedWords(userId, text))
  return sql<string>`array_to_tsvector(array(select jsonb_array_elements_text(${words}::jsonb)))`
}

/** Returns the tsquery for a `search_words` column. */
export function wordQuery(userId: UserId, words: readonly string[]): string {
  const tag = userTag(userId)
  const quote = (word: string) => `'${(tag + word).replace(/['\\]/g, '$&$&')}'`
  return words.map((word, index) => quote(word) + (index === words.length - 1 ? ':*' : '')).join(' & ')
}

/** Selects the searchable text of a `parts` column, up to `maxSearchedUnits` characters. */
export const searchedText = (parts: SQL): SQL<string> => sql<string>`left((
  select string_agg(part ->> 'text', e'\n\n' order by place)
  from jsonb_array_elements(${parts}) with ordinality as p (part, place) where part ->> 'type' = 'text'
), ${sql.raw(String(maxSearchedUnits))})`
