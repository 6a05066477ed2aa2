import { expect } from 'vitest'
import type { Person } from '@/tests/integration/chat-client'
import type { Goldfish } from '@/tests/services/goldfish'
import { maxWarningsSince, redisWarnings } from './process-log'
import { askAll, failures, newQuestions, percentile, type TimedTurn } from './turns'

/** The maximum time that an unusable Redis may add to a turn. */
const maxAddedMs = 150
/** The machine may stall: two stalls of four turns each spoil one sample, but hardly ever all three. */
const maxSamples = 3

/**
 * Runs turns while Redis is unusable. No turn may fail, nothing may be stored in the cache, the 95th percentile of
 * the duration must stay close to that of the turns `before`, and each process must warn at most once a minute. A
 * sample that takes longer is repeated up to twice, because a real delay will show in all of them. `startedAt` must
 * be a time before the processes were started.
 */
export async function expectLittleCost(
  { instances }: Goldfish,
  people: readonly Person[],
  { before, startedAt }: { before: readonly TimedTurn[]; startedAt: number },
): Promise<void> {
  const turns: TimedTurn[] = []
  const added: number[] = []
  while (added.length < maxSamples && !added.some((ms) => ms <= maxAddedMs)) {
    const sample = await askAll(people, newQuestions(`lakes of kind ${added.length}`, 100))
    turns.push(...sample)
    added.push(percentile(sample, 0.95) - percentile(before, 0.95))
  }
  expect(failures(turns)).toEqual([])
  expect(turns.filter(({ sent }) => sent.metadata?.cacheStored)).toEqual([])
  expect(Math.min(...added), `added ${added.join(', ')} ms`).toBeLessThanOrEqual(maxAddedMs)
  for (const warnings of redisWarnings(instances)) {
    expect(warnings).toBeGreaterThan(0)
    expect(warnings).toBeLessThanOrEqual(maxWarningsSince(startedAt))
  }
}
