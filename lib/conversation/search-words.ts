/**
 * The words a text is found by, in any language and without Postgres's help: no extension to install, no dictionary to
 * choose, and no collation that decides what a letter is (docs/decisions/0018). Letters are compared without case and
 * accents. Scripts that do not put spaces between words are cut into pairs of characters, so any two that follow each
 * other are found; emoji and signs are words of their own.
 */
import { createHash } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import type { UserId } from '@/lib/ids'
import { normalizeText } from '@/lib/normalize-text'

/** A word as it is compared, and where it stands in the text, in UTF-16 units. */
type SearchWord = { word: string; start: number; end: number }

const unspaced = String.raw`(?=[\p{L}\p{N}\p{M}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]`
const emoji = String.raw`\p{RI}{2}|\p{Extended_Pictographic}[\uFE0F\p{EMod}]*(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{EMod}]*)*`
const pieces = new RegExp(
  String.raw`(?<unspaced>(?:${unspaced})+)|(?<word>(?:(?!${unspaced})[\p{L}\p{N}\p{M}])+)|(?<sign>${emoji}|[\p{S}%_\\@#&*])`,
  'gu',
)

/** Only this many UTF-16 units of a text are indexed, which bounds the work for one message. */
export const maxSearchedUnits = 65_536
const longestWord = 64
/** UTF-16 units of one word that are folded. */
const maxFoldedUnits = 256
/** The maximum size of the words of one text, because Postgres rejects a tsvector of more than 1 MiB. */
const maxIndexedBytes = 1_000_000

/** Yields the words of a text in order, with repetitions. Takes time linear in the length of the text. */
export function* searchWords(text: string): Generator<SearchWord, void, undefined> {
  for (const { 0: piece, index, groups } of text.slice(0, maxSearchedUnits).matchAll(pieces)) {
    if (groups?.unspaced) yield* pairsOf(piece, index)
    else yield* nonEmpty({ word: foldWord(piece), start: index, end: index + piece.length })
  }
}

function* nonEmpty(word: SearchWord): Generator<SearchWord, void, undefined> {
  if (word.word !== '') yield word
}

/** Every character with the one after it; the last alone. */
function* pairsOf(run: string, offset: number): Generator<SearchWord, void, undefined> {
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

/** The voicing marks of kana are none: they make another syllable. */
const marks = /(?!\u3099|\u309A)\p{sc=Inherited}|(?=\p{sc=Hebrew})\p{Mn}|\p{EMod}/gu

/** Of these letters and signs folding changes nothing but the case. */
const ascii = /^[!-~]+$/

/** A pair of ideographs, which folding would not change; a long text has tens of thousands of pairs. */
const ideographs = /^[\u4e00-\u9fff]{1,2}$/

/** Accents and vowel points of Latin, Greek, Cyrillic, Hebrew and Arabic go; what forms another letter stays. */
function foldWord(word: string): string {
  if (ideographs.test(word)) return word
  if (ascii.test(word)) return word.slice(0, longestWord).toLowerCase()
  const plain = normalizeText(beginningOf(word).toLowerCase(), 'NFKD').replace(marks, '')
  const folded = normalizeText(plain, 'NFKC')
    .toLowerCase()
    .replace(/[ßæœøłđıς]/g, (letter) => replacements[letter] ?? letter)
  return [...folded].slice(0, longestWord).join('')
}

/** Removes an incomplete surrogate pair at the end. */
function beginningOf(word: string): string {
  if (word.length <= maxFoldedUnits) return word
  return word.slice(0, maxFoldedUnits).replace(/[\uD800-\uDBFF]$/, '')
}

/** The words that a query looks for, all of them, the last as the beginning of a word. Empty where there is nothing to find. */
export function wantedWords(query: string): string[] {
  const found = [...searchWords(query)]
  // The last character of a run stands in the pair before it already.
  const needed = found.filter(({ end }, index) => found[index - 1]?.end !== end).map(({ word }) => word)
  const last = needed.at(-1)
  if (last === undefined) return []
  const others = needed.filter((word) => word !== last)
  return [...new Set(others.slice(0, mostWanted)), last]
}

const mostWanted = 30

/**
 * In the index every word begins with a mark of its user: a search walks this user's entries only, however many
 * others use the same word.
 */
const markOf = (userId: UserId) => createHash('sha256').update(userId).digest('base64url').slice(0, 8)

/** A text's words as the columns `search_words` have them, each once. */
export function markedWords(userId: UserId, text: string): string[] {
  const mark = markOf(userId)
  const words = new Set<string>()
  let bytes = 0
  for (const { word } of searchWords(text)) {
    const marked = mark + word
    if (words.has(marked)) continue
    bytes += Buffer.byteLength(marked)
    if (bytes > maxIndexedBytes) break
    words.add(marked)
  }
  return [...words]
}

/** The value of a column `search_words` for a text. */
export function wordVector(userId: UserId, text: string): SQL<string> {
  const words = JSON.stringify(markedWords(userId, text))
  return sql<string>`array_to_tsvector(array(select jsonb_array_elements_text(${words}::jsonb)))`
}

/** The condition on a column `search_words`. */
export function wordQuery(userId: UserId, words: readonly string[]): string {
  const mark = markOf(userId)
  const quote = (word: string) => `'${(mark + word).replace(/['\\]/g, '$&$&')}'`
  return words.map((word, index) => quote(word) + (index === words.length - 1 ? ':*' : '')).join(' & ')
}

/** The number of characters of `plainText` of the column `parts` that are searched. */
export const searchedText = (parts: SQL): SQL<string> => sql<string>`left((
  select string_agg(part ->> 'text', e'\n\n' order by place)
  from jsonb_array_elements(${parts}) with ordinality as p (part, place) where part ->> 'type' = 'text'
), ${sql.raw(String(maxSearchedUnits))})`
