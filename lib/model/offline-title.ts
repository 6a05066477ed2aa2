const mostCharacters = 50

/** A title without a model: the first sentence of the question, as many whole words of it as fit. */
export function offlineTitle(question: string): string {
  const sentence =
    question
      .replace(/\s+/g, ' ')
      .trim()
      .split(/(?<=[.!?。！？])\s/u)[0] ?? ''
  const plain = sentence.replace(/[.!?。！？\s]+$/u, '')
  if (plain.length <= mostCharacters) return plain
  const cut = plain.slice(0, mostCharacters).toWellFormed()
  return `${cut.replace(/\s\S*$/, '')}…`
}
