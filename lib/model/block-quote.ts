/** A text as a block quote of Markdown, shortened where it is long. */
export function blockQuote(text: string): string {
  const shown = text.length > 600 ? `${text.slice(0, 600)} …` : text
  return shown
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}
