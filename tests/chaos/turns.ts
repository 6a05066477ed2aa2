/** Helpers that run many turns and measure how long each takes. */
import { v7 } from 'uuid'
import type { Person, Sent } from '@/tests/integration/chat-client'

export type TimedTurn = { question: string; sent: Sent; milliseconds: number }

/** Rate limits are part of a turn and must be counted, but these are never reached. */
export const wideLimits = JSON.stringify({
  chat: '100000/60',
  'chat-day': '100000/86400',
  'sign-up': '100000/3600',
  'sign-in': '100000/900',
})

/** Asks the questions in new conversations. Each person asks the next question when the previous one is answered. */
export async function askAll(people: readonly Person[], questions: readonly string[]): Promise<TimedTurn[]> {
  const remaining = [...questions]
  const turns: TimedTurn[] = []
  const work = async (person: Person) => {
    for (let question = remaining.shift(); question !== undefined; question = remaining.shift()) {
      const startedAt = performance.now()
      const sent = await person.send({ conversationId: v7() }, question)
      turns.push({ question, sent, milliseconds: performance.now() - startedAt })
    }
  }
  await Promise.all(people.map(work))
  return turns
}

/** Returns questions that no turn has asked before. */
export const newQuestions = (topic: string, count: number) =>
  Array.from({ length: count }, (_, index) => `[stub:tokens=10] What is known about ${topic} ${index}?`)

/**
 * Returns the longest duration of this share of the fastest turns, in milliseconds. A share
 * of 0.95 is the 95th percentile.
 */
export function percentile(turns: readonly TimedTurn[], share: number): number {
  const sorted = turns.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.POSITIVE_INFINITY
}

/** Returns the turns that failed. */
export const failures = (turns: readonly TimedTurn[]) =>
  turns
    .filter(({ sent }) => sent.status !== 200 || sent.error !== null || sent.text === '')
    .map(({ question, sent }) => ({ question, status: sent.status, error: sent.error, problem: sent.problem }))
