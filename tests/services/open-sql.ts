import { Pool } from 'pg'

/** Queries the database directly, for example `await sql<{ n: number }>('select 1 as n')`. */
export type Sql = <Row extends object = Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<Row[]>

/** Opens connections for assertions that bypass the product and every proxy. */
export function openSql(url: string): { sql: Sql; close: () => Promise<void> } {
  const pool = new Pool({ connectionString: url, max: 2, idleTimeoutMillis: 1000 })
  pool.on('error', () => undefined)
  const sql = async (text: string, values: readonly unknown[] = []) => (await pool.query(text, [...values])).rows
  return { sql: sql as Sql, close: () => pool.end() }
}
