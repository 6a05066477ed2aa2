import type { z } from 'zod'
import { AppError } from '@/lib/errors'

/** An opaque cursor: where the next page of a list begins. It only ever names rows of the caller's own. */
export function encodeCursor(position: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Throws `invalid_request` for anything that `encodeCursor` has not made. */
export function decodeCursor<T>(cursor: string, shape: z.ZodType<T>): T {
  let position: unknown
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    position = undefined
  }
  const result = shape.safeParse(position)
  if (!result.success) throw new AppError('invalid_request', { fields: [{ path: 'cursor', message: 'is not valid' }] })
  return result.data
}
