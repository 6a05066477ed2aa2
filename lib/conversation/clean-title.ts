const longestTitle = 60
/** Only this many UTF-16 units of the model's output are read. */
const maxLookedAt = 2000

/**
 * Returns a model's output as a one-line plain-text title, or null if nothing is left. Takes time linear in the part of
 * the text that it reads.
 */
export function cleanTitle(text: string): string | null {
  const lines = text.slice(0, maxLookedAt).split(/[\p{Zl}\p{Zp}\n\r]/u)
  const line = firstNonEmpty(lines)
  if (line === null) return null
  const letters = [...new Intl.Segmenter().segment(line.slice(0, 1000))].map(({ segment }) => segment)
  return letters.length > longestTitle
    ? `${letters
        .slice(0, longestTitle - 1)
        .join('')
        .trimEnd()}…`
    : line
}

function firstNonEmpty(lines: readonly string[]): string | null {
  for (const line of lines) {
    const cleaned = cleanLine(line)
    if (cleaned !== '') return cleaned
  }
  return null
}

function cleanLine(line: string): string {
  const plain = line
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/[*`]+|__|^\s*#+\s/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return withoutQuotes(plain).replace(/\.$/, '').trim()
}

const openingQuotes = '"\'“”„«»‘’「『'
const closingQuotes = '"\'“”„«»‘’」』'

/** Removes quotation marks around a line if it begins and ends with one. */
function withoutQuotes(line: string): string {
  let start = 0
  while (openingQuotes.includes(line.charAt(start)) && start < line.length) start += 1
  let end = line.length
  while (closingQuotes.includes(line.charAt(end - 1)) && end > 0) end -= 1
  if (start === 0 || end === line.length || line.length < 2) return line
  return line.slice(start, Math.max(start, end))
}
