const articles = Object.freeze(['a', 'an', 'the'])

/** What comes before or after a letter that only looks like an article: vitamin A, plan A or B, from A to Z. */
const beforeLetter = Object.freeze(
  `vitamin hepatitis type grade class plan section part group option exhibit serie series team point influenza category
  schedule appendix chapter figure table drive blood level size league step unit block gate terminal column row key
  note string vitamins letter answer choice variant`.split(/\s+/),
)
const afterLetter = Object.freeze(['and', 'or', 'vs', 'to', 'level', 'be', '=', '+', '-', '/', '*', ...articles])

/** Words of emphasis only. "Just", "truly", "exactly", "very", "usually" and similar words may be the subject. */
const emphasis = Object.freeze(['really', 'actually', 'basically', 'literally'])
const wh = Object.freeze(['why', 'how', 'where', 'when'])

/**
 * Whether no answer depends on a word of a folded English question: words of emphasis, and articles unless
 * `keepsArticles` is set ("what is a cloud", "what is the cloud").
 */
export function isFiller(words: readonly string[], index: number, keepsArticles: boolean): boolean {
  const word = words[index] ?? ''
  const before = words[index - 1] ?? ''
  const after = words[index + 1]
  if (after === undefined) return false
  if (articles.includes(word) && keepsArticles) return false
  if (word === 'a')
    return (
      !beforeLetter.includes(before) &&
      !afterLetter.includes(after) &&
      (!/^\d+$/.test(after) || index + 2 < words.length)
    )
  if (articles.includes(word)) return !afterLetter.includes(after)
  // "How do birds fly" and "how birds fly"; tense and negation stay.
  if (word === 'do') return index === 1 && wh.includes(before) && after !== 'not'
  if (word === 'that') return ['true', 'think', 'sure', 'know', 'mean'].includes(before)
  if (word === 'so') return words[0] === 'why' && before !== 'and'
  if (word === 'any') return before === 'there' && words[index - 2] === 'be'
  return emphasis.includes(word)
}
