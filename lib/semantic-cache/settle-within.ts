import { startDeadline } from '@/lib/deadline'

/** The maximum time that one operation of the answer cache may wait for Redis, in milliseconds. */
export const redisBudgetMs = 150

/**
 * The work's own end, or a rejection when that takes longer. The connection bounds single commands; this bounds a chain
 * of them (a script sent twice, a redirection in a cluster).
 */
export async function settleWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const cancel = startDeadline(milliseconds, () => reject(new Error(`took longer than ${milliseconds} ms`)))
  try {
    return await Promise.race([work, timeout])
  } finally {
    cancel()
  }
}
