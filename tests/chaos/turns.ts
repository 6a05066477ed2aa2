/** Many turns, a few at a time, and how long each took. */
import { v7 } from 'uuid'
import type { Person, Sent } from '@/tests/integration/chat-client'

export type TimedTurn = { question: string; sent: Sent; milliseconds: number }

/** Limits are on, because what counts them is part of a turn's way, but nobody reaches them. */
export const wideLimits = JSON.stringify({
  chat: '100000/60',
  'chat-day': '100000/86400',
  'sign-up': '100000/3600',
  'sign-in': '100000/900',
})

/** Each person asks the next question when their last one is answered, in a new conversation. */
export async function askAll(people: readonly Person[], questions: readonly string[]): Promise<TimedTurn[]> {
  const left = [...questions]
  const turns: TimedTurn[] = []
  const work = async (person: Person) => {
    for (let question = left.shift(); question !== undefined; question = left.shift()) {
      const startedAt = performance.now()
      const sent = await person.send({ conversationId: v7() }, question)
      turns.push({ question, sent, milliseconds: performance.now() - startedAt })
    }
  }
  await Promise.all(people.map(work))
  return turns
}

/** Questions that nobody has asked before. */
export const newQuestions = (topic: string, count: number) =>
  Array.from({ length: count }, (_, index) => `[stub:tokens=10] What is known about ${topic} ${index}?`)

/** What this share of the turns took at most, in milliseconds: 0.95 for 95 of 100. */
export function percentile(turns: readonly TimedTurn[], share: number): number {
  const sorted = turns.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.POSITIVE_INFINITY
}

/** What went wrong with them; nothing, one hopes. */
export const failures = (turns: readonly TimedTurn[]) =>
  turns
    .filter(({ sent }) => sent.status !== 200 || sent.error !== null || sent.text === '')
    .map(({ question, sent }) => ({ question, status: sent.status, error: sent.error, problem: sent.problem }))
