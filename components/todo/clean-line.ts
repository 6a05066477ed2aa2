/** A title as the server takes it: one line, no control characters. */
export const cleanLine = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .toWellFormed()
    .trim()

/** The same of a text that may have several lines. */
export const cleanLines = (text: string) =>
  text
    .replace(/(?![\n\r\t])\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim()
