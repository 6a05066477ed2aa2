import type { Snippet } from '@/lib/contract/api'
import { maxSearchedUnits, searchWords } from './search-words'

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
