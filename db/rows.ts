/** The rows of a raw statement. Both drivers answer `{ rows }`; drizzle's common type does not say so. */
export function rowsOf<Row>(result: unknown): Row[] {
  return (result as { rows: Row[] }).rows
}
