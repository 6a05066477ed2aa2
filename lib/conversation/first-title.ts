const maxTitleLetters = 80
/** Limit for the UTF-16 units of the question that are read. */
const maxReadUnits = 2000

/** Returns the start of a question, which is the title of its conversation until it gets a better one. */
export function titleOf(question: string): string {
  const line = question.trimStart().slice(0, maxReadUnits).replace(/\s+/g, ' ').trim()
  const letters = [...new Intl.Segmenter().segment(line.slice(0, 400))].map(({ segment }) => segment)
  return letters.length > maxTitleLetters ? `${letters.slice(0, maxTitleLetters - 1).join('')}…` : letters.join('')
}
