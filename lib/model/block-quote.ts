/** Formats a text as a Markdown block quote and cuts it after 600 characters. */
export function blockQuote(text: string): string {
  const shown = text.length > 600 ? `${text.slice(0, 600)} …` : text
  return shown
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}
