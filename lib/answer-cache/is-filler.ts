const articles = Object.freeze(['a', 'an', 'the'])

/** What comes before or after a letter that only looks like an article: vitamin A, plan A or B, from A to Z. */
const beforeLetter = Object.freeze(
  `vitamin hepatitis type grade class plan section part group option exhibit serie series team point influenza category
  schedule appendix chapter figure table drive blood level size league step unit block gate terminal column row key
  note string vitamins letter answer choice variant`.split(/\s+/),
)
const afterLetter = Object.freeze(['and', 'or', 'vs', 'to', 'level', 'be', '=', '+', '-', '/', '*', ...articles])

const fillers = Object.freeze(
  'really actually exactly basically literally any ever also truly usually simply just very generally normally own still already'.split(
    ' ',
  ),
)
const wh = Object.freeze(['why', 'how', 'where', 'when'])

/**
 * Whether a word of a folded English question says nothing that an answer depends on: articles, words of emphasis,
 * "some" in "what are some …", "my" in "how do I … my …".
 */
export function isFiller(words: readonly string[], index: number): boolean {
  const word = words[index] ?? ''
  const before = words[index - 1] ?? ''
  const after = words[index + 1]
  if (after === undefined) return false
  if (word === 'a')
    return (
      !beforeLetter.includes(before) &&
      !afterLetter.includes(after) &&
      (!/^\d+$/.test(after) || index + 2 < words.length)
    )
  if (articles.includes(word)) return !afterLetter.includes(after)
  if (word === 'some') return after !== 'of' && after !== 'time' && index > 0
  if (word === 'my' || word === 'our') return words[0] === 'how' && words[1] === 'to'
  // "How do birds fly" and "how birds fly"; tense and negation stay.
  if (word === 'do') return index === 1 && wh.includes(before) && after !== 'not'
  if (word === 'that')
    return index > 1 && !['of', 'like', 'and', 'do', 'about', 'in', 'to', 'for', 'be'].includes(before)
  if (word === 'this') return ['in', 'on', 'at', 'of', 'for', 'from', 'to', 'with', 'about'].includes(before)
  if (word === 'being') return before === 'between' || before === 'and'
  if (word === 'so') return before === 'be' || words[0] === 'why'
  return fillers.includes(word)
}
