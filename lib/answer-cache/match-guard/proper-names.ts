/** Sentences in capitals, and titles, tell nothing about names. */
const tellsNames = (words: readonly string[]) => {
  const capital = words.filter((word) => /^\p{Lu}/u.test(word)).length
  return capital <= words.length / 2 || words.length < 4
}

/**
 * The words of a text that are written like names: with a capital letter inside a sentence, in capitals, or with a capital
 * inside. In small letters, as they stand in a normalised text.
 */
export function properNames(text: string): ReadonlySet<string> {
  const tokens = text.match(/[.?!:]|[\p{L}\p{N}]+/gu) ?? []
  const words = tokens.filter((token) => /[\p{L}\p{N}]/u.test(token))
  const names = new Set<string>()
  if (!tellsNames(words)) return names
  for (const [index, token] of tokens.entries()) {
    const starts = index === 0 || /[.?!:]/.test(tokens[index - 1] ?? '')
    const isName = /^\p{Ll}*\p{Lu}/u.test(token) && !(token === 'I')
    if (isName && (!starts || /^.+\p{Lu}/u.test(token))) names.add(token.toLowerCase())
  }
  return names
}
