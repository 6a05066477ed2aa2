import { expect } from 'vitest'
import type { Person } from '@/tests/integration/chat-client'
import type { Goldfish } from '@/tests/services/goldfish'
import { mostWarningsSince, redisWarnings } from './process-log'
import { askAll, failures, newQuestions, percentile, type TimedTurn } from './turns'

/** What a Redis that is of no use may add to a turn. */
const addedMs = 150
/** Two stalls of the machine, of four turns each, spoil a sample; hardly ever are three spoilt. */
const samples = 3

/**
 * Turns go on while Redis is of no use: nothing fails, nothing is stored, 95 of 100 take hardly longer than those `before`,
 * and each process warns at most once a minute. A sample that takes longer is taken again, up to three times: what makes
 * every turn slower is in each of them. `startedAt`: before the processes were started.
 */
export async function expectLittleCost(
  { instances }: Goldfish,
  people: readonly Person[],
  { before, startedAt }: { before: readonly TimedTurn[]; startedAt: number },
): Promise<void> {
  const turns: TimedTurn[] = []
  const added: number[] = []
  while (added.length < samples && !added.some((ms) => ms <= addedMs)) {
    const sample = await askAll(people, newQuestions(`lakes of kind ${added.length}`, 100))
    turns.push(...sample)
    added.push(percentile(sample, 0.95) - percentile(before, 0.95))
  }
  expect(failures(turns)).toEqual([])
  expect(turns.filter(({ sent }) => sent.metadata?.cacheStored)).toEqual([])
  expect(Math.min(...added), `added ${added.join(', ')} ms`).toBeLessThanOrEqual(addedMs)
  for (const warnings of redisWarnings(instances)) {
    expect(warnings).toBeGreaterThan(0)
    expect(warnings).toBeLessThanOrEqual(mostWarningsSince(startedAt))
  }
}
