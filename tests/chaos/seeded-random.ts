/** Numbers that look random and are the same for the same seed (mulberry32). */
export type SeededRandom = {
  seed: number
  /** From 0 up to, and without, `end`. */
  below: (end: number) => number
  /** One of several; throws for none. */
  pick: <T>(from: readonly T[]) => T
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const below = (end: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }
  return {
    seed,
    below,
    pick: (from) => {
      if (from.length === 0) throw new Error('there is nothing to pick from')
      return from[below(from.length)] as (typeof from)[number]
    },
  }
}

/** `CHAOS_SEED` repeats a run as far as chance was ours; without it every run is another. Says which seed it is. */
export function chaosSeed(): number {
  const seed = process.env.CHAOS_SEED ? Number(process.env.CHAOS_SEED) : Date.now() % 1_000_000
  process.stderr.write(`CHAOS_SEED=${seed}\n`)
  return seed
}
