/** No language uses more than this many combining marks in a row (UAX #15, Stream-Safe Text Format). */
const maxMarks = 30

/** The two halfwidth forms are not marks themselves, but NFKC and NFKD convert them to marks. */
const longRun = /(?:(?!\u034f)[\p{M}\uff9e\uff9f]){30}(?=(?!\u034f)[\p{M}\uff9e\uff9f])/gu

/**
 * Returns `text` in a Unicode normalization form, in time linear in its length. `String.prototype.normalize` sorts a
 * run of combining marks in quadratic time: a run of 65,536 takes seconds. Therefore the invisible U+034F is inserted
 * after every 30 marks in a row, because sorting stops there. All other text is normalized as by `normalize`. The
 * output of NFKC and NFKD may be 18 times as long as the input.
 */
export function normalizeText(text: string, form: 'NFC' | 'NFKC' | 'NFKD'): string {
  const safe = text.length > maxMarks ? text.replace(longRun, '$&\u034f') : text
  return safe.normalize(form)
}
