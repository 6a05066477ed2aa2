/**
 * Returns the rows of a raw statement. Both drivers return `{ rows }`, but drizzle's common type does not declare
 * it.
 */
export function rowsOf<Row>(result: unknown): Row[] {
  return (result as { rows: Row[] }).rows
}
