/** C03, C04: whoever asks at the same time, or nearly the same, gets the answer to their own question. */
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPairs } from '@/scripts/cache/read-pairs.mjs'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
beforeAll(async () => {
  // Every stored question counts as near to every other: the match guard alone stands between them.
  goldfish = await startGoldfish({
    env: {
      ANSWER_CACHE_THRESHOLD: '0',
      EMBEDDING_MODEL: 'stub-embeddings',
      ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000',
    },
  })
  goldfish.stub.script([{ match: '', times: 1_000_000, echo: true }])
})
afterAll(() => goldfish?.stop())

const pairsAtOnce = 5
/** Hundreds of turns one after the other: seconds on a free machine. */
const patienceMs = 120_000
const ask = (person: Person, text: string) => person.send({ conversationId: v7() }, text)
/** What the model was asked for this answer. */
const questionOf = (text: string) => text.replace(/^Answer \d+ to: /, '')

async function inGroups<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let from = 0; from < count; from += pairsAtOnce)
    results.push(...(await Promise.all(Array.from({ length: pairsAtOnce }, (_, index) => work(from + index)))))
  return results
}

test(
  'a hundred pairs of people who race to ask the same: each has a reply of their own, now and later',
  async () => {
    const people = await Promise.all([signUp(goldfish.url), signUp(goldfish.url)])
    const raced = await inGroups(100, async (index) => {
      const text = `How many kilometres are ${index + 2} miles?`
      const first = await Promise.all(people.map((person) => ask(person, text)))
      const again = await Promise.all(people.map((person) => ask(person, text)))
      return { text, first: first.map((sent) => sent.text), again: again.map((sent) => sent.text) }
    })
    for (const { text, first, again } of raced) {
      expect(first.map(questionOf)).toEqual([text, text])
      expect(first[0]).not.toBe(first[1])
      expect(again).toEqual(first)
    }
  },
  patienceMs,
)

test(
  'a hundred pairs of questions that differ in one number, raced by one person: each has its own reply',
  async () => {
    const ada = await signUp(goldfish.url)
    await inGroups(100, async (index) => {
      const texts = [`Is ${2 * index} a lucky number?`, `Is ${2 * index + 1} a lucky number?`]
      for (let round = 0; round < 2; round += 1) {
        const sent = await Promise.all(texts.map((text) => ask(ada, text)))
        expect(sent.map(({ text }) => questionOf(text))).toEqual(texts)
      }
    })
  },
  patienceMs,
)

test(
  'labelled pairs, all of them stored by one person: no question is answered with the answer to another one',
  async () => {
    const pairs = ['hand', 'second'].flatMap((name) => readPairs(join(import.meta.dirname, `pairs.${name}.jsonl`)))
    const ada = await signUp(goldfish.url)
    // Twice as near to a wrong one as in life: the whole set is there, and not only the other half of its pair.
    for (const { a } of pairs) await ask(ada, a)
    const means = new Map<string, Set<string>>()
    for (const { a, b, same } of pairs) if (same) means.set(b, (means.get(b) ?? new Set()).add(a))
    const wrong: string[] = []
    let hits = 0
    for (const { b } of pairs) {
      const { text, cache, status } = await ask(ada, b)
      expect(status).toBe(200)
      const answered = questionOf(text)
      if (cache?.status === 'hit' && answered !== b) hits += 1
      if (answered !== b && !means.get(b)?.has(answered)) wrong.push(`${b} <- ${answered}`)
    }
    // With none seen in n, the rate is below 3/n with 95 % confidence.
    process.stderr.write(
      `${pairs.length} questions, ${hits} answered from other words, ${wrong.length} wrongly (below ${((100 * (wrong.length + 3)) / pairs.length).toFixed(1)} %)\n`,
    )
    expect(wrong).toEqual([])
    expect(hits).toBeGreaterThan(pairs.filter(({ same }) => same).length / 4)
  },
  patienceMs,
)
