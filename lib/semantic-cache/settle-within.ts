/** What Redis may take of a turn in all, whatever it was asked (design/answer-cache.md): milliseconds. */
export const redisBudgetMs = 150

/**
 * The work's own end, or a rejection when that takes longer. The connection bounds single commands; this bounds a chain
 * of them (a script sent twice, a redirection in a cluster).
 */
export async function settleWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
