/** A value of JSON without what Postgres keeps in no text: U+0000, and half of a character whose other half is not there. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [storableText(name), storable(field)]))
}

export const storableText = (text: string) => text.replaceAll('\0', '').toWellFormed()
