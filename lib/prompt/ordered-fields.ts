/**
 * A value of JSON with the fields of every object in one order. Postgres keeps them in an order of its own, and a prompt
 * shall be the same bytes before and after.
 */
export function orderedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(orderedFields)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, field]) => [name, orderedFields(field)]))
}
