const longestTitle = 80
/** Only this many UTF-16 units of the question are read. */
const maxLookedAt = 2000

/** Until a conversation has a title of its own, the beginning of its first question serves as one. */
export function titleOf(question: string): string {
  const line = question.trimStart().slice(0, maxLookedAt).replace(/\s+/g, ' ').trim()
  const letters = [...new Intl.Segmenter().segment(line.slice(0, 400))].map(({ segment }) => segment)
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join('')}…` : letters.join('')
}
