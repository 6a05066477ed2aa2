const longestTitle = 60

/** What a model gave for a title as one line of plain text, or null if nothing is left of it. */
export function cleanTitle(text: string): string | null {
  const lines = text.split(/[\p{Zl}\p{Zp}\n\r]/u).map(cleanLine)
  const line = lines.find((one) => one !== '')
  if (line === undefined) return null
  const letters = [...new Intl.Segmenter().segment(line.slice(0, 1000))].map(({ segment }) => segment)
  return letters.length > longestTitle
    ? `${letters
        .slice(0, longestTitle - 1)
        .join('')
        .trimEnd()}…`
    : line
}

function cleanLine(line: string): string {
  return line
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/[*`]+|__|^\s*#+\s/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^["'“”„«»‘’「『]+(.*?)["'“”„«»‘’」』]+$/u, '$1')
    .replace(/\.$/, '')
    .trim()
}
