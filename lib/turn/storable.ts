/**
 * Returns a JSON value without the characters that Postgres rejects in text: U+0000 is removed and a lone surrogate
 * is replaced.
 */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [storableText(name), storable(field)]))
}

export const storableText = (text: string) => text.replaceAll('\0', '').toWellFormed()
