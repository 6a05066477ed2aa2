/** Wakes one waiter. A ring while nobody waits is kept for the next wait; several are one. */
export type Bell = { ring: () => void; wait: (atMostMs: number) => Promise<void> }

export function createBell(): Bell {
  let isRung = false
  let wake: (() => void) | null = null
  return {
    ring: () => {
      isRung = true
      wake?.()
    },
    wait: async (atMostMs) => {
      if (!isRung) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, Math.max(0, atMostMs))
        wake = resolve
        await promise
        clearTimeout(timer)
        wake = null
      }
      isRung = false
    },
  }
}
