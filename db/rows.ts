import { z } from 'zod'

/**
 * Returns the rows of a raw statement, each parsed by `row`. Both drivers return `{ rows }`, but drizzle's common type
 * does not declare it. Throws if a row has another shape, because then the statement and its schema disagree. The
 * error contains no values.
 */
export function rowsOf<Row>(result: unknown, row: z.ZodType<Row>): Row[] {
  return rawRows(result).map((raw) => {
    const { success, data, error } = row.safeParse(raw)
    if (!success) throw new Error('unexpected row from Postgres', { cause: error })
    return data
  })
}

/** Returns the number of rows of a raw statement. */
export const countRows = (result: unknown): number => rawRows(result).length

function rawRows(result: unknown): unknown[] {
  if (typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows))
    return result.rows
  throw new Error('expected rows from the Postgres driver')
}

/** A text or UUID column whose values are restricted when they are written: an id, a status, a role. */
export const storedText = <Text extends string>() => z.custom<Text>((value) => typeof value === 'string')

/**
 * A JSON column that only Goldfish writes, such as the parts of a message. This is the only place where stored JSON
 * gets its type, which is not checked: it is validated before it is stored, and validating a whole history again would
 * delay every turn.
 */
export const storedJson = <Json>() => z.custom<Json>((value) => value !== undefined)

/** A time that the statement returns as text, with `to_json(…) #>> '{}'`. It is parsed to the format of `Date`. */
export const isoTime = z.string().transform((text) => new Date(text).toISOString())
