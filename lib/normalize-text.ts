/** So many combining marks in a row are more than any language uses (UAX #15, Stream-Safe Text Format). */
const maxMarks = 30

/** The two halfwidth forms are no marks themselves, but NFKC and NFKD turn them into marks. */
const longRun = /(?:(?!\u034f)[\p{M}\uff9e\uff9f]){30}(?=(?!\u034f)[\p{M}\uff9e\uff9f])/gu

/**
 * Returns `text` in a Unicode normalization form, in time linear in its length. `String.prototype.normalize` sorts a run
 * of combining marks in quadratic time: 64 Ki of them take seconds. Therefore U+034F, which has no appearance, is put
 * after every 30 marks in a row, where sorting stops. All other text is normalized as `normalize` does it. NFKC and NFKD
 * may return 18 times as many characters as they got.
 */
export function normalizeText(text: string, form: 'NFC' | 'NFKC' | 'NFKD'): string {
  const safe = text.length > maxMarks ? text.replace(longRun, '$&\u034f') : text
  return safe.normalize(form)
}
