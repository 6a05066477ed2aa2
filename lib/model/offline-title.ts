const mostCharacters = 50
/** UTF-16 units of the question that are looked at. */
const maxLookedAt = 1_000

/** A title without a model: the first sentence of the question, as many whole words of it as fit. */
export function offlineTitle(question: string): string {
  const sentence =
    question
      .trimStart()
      .slice(0, maxLookedAt)
      .toWellFormed()
      .replace(/\s+/g, ' ')
      .trim()
      .split(/(?<=[.!?。！？])\s/u)[0] ?? ''
  const plain = sentence.replace(/[.!?。！？\s]+$/u, '')
  if (plain.length <= mostCharacters) return plain
  const cut = plain.slice(0, mostCharacters).toWellFormed()
  return `${cut.replace(/\s\S*$/, '')}…`
}
