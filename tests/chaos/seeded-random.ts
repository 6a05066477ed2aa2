/** A pseudorandom generator that returns the same numbers for the same seed (mulberry32). */
export type SeededRandom = {
  seed: number
  /** Returns an integer from 0 to `end`, excluding `end`. */
  below: (end: number) => number
  /** Returns one of the elements. Throws if there are none. */
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
      if (from.length === 0) throw new Error('Cannot pick from an empty list')
      return from[below(from.length)] as (typeof from)[number]
    },
  }
}

/**
 * Returns the seed of this run and prints it. CHAOS_SEED repeats the random decisions of a
 * run; the default is a new seed.
 */
export function chaosSeed(): number {
  const seed = process.env.CHAOS_SEED ? Number(process.env.CHAOS_SEED) : Date.now() % 1_000_000
  process.stderr.write(`CHAOS_SEED=${seed}\n`)
  return seed
}
