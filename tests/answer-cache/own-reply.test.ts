/** Concurrent and similar questions must each get the answer to their own question. */
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPairs } from '@/scripts/cache/read-pairs.mjs'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
beforeAll(async () => {
  // With threshold 0 every stored question is similar enough, so only the match guard can reject it.
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
/** Each test runs hundreds of turns, which take a few seconds on an idle machine. */
const timeoutMs = 120_000
const ask = (person: Person, text: string) => person.send({ conversationId: v7() }, text)
/** Returns the question that the stub model repeated in its answer. */
const answeredQuestion = (text: string) => text.replace(/^Answer \d+ to: /, '')

async function inGroups<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let from = 0; from < count; from += pairsAtOnce)
    results.push(...(await Promise.all(Array.from({ length: pairsAtOnce }, (_, index) => work(from + index)))))
  return results
}

test(
  'two users who ask the same question at the same time each get and keep their own answer',
  async () => {
    const people = await Promise.all([signUp(goldfish.url), signUp(goldfish.url)])
    const raced = await inGroups(100, async (index) => {
      const text = `How many kilometres are ${index + 2} miles?`
      const first = await Promise.all(people.map((person) => ask(person, text)))
      const again = await Promise.all(people.map((person) => ask(person, text)))
      return { text, first: first.map((sent) => sent.text), again: again.map((sent) => sent.text) }
    })
    for (const { text, first, again } of raced) {
      expect(first.map(answeredQuestion)).toEqual([text, text])
      expect(first[0]).not.toBe(first[1])
      expect(again).toEqual(first)
    }
  },
  timeoutMs,
)

test(
  'concurrent questions of one user that differ only in a number each get their own answer',
  async () => {
    const ada = await signUp(goldfish.url)
    await inGroups(100, async (index) => {
      const texts = [`Is ${2 * index} a lucky number?`, `Is ${2 * index + 1} a lucky number?`]
      for (let round = 0; round < 2; round += 1) {
        const sent = await Promise.all(texts.map((text) => ask(ada, text)))
        expect(sent.map(({ text }) => answeredQuestion(text))).toEqual(texts)
      }
    })
  },
  timeoutMs,
)

test(
  'no question of the handwritten pairs is answered with the answer to a different question',
  async () => {
    const pairs = ['hand', 'second'].flatMap((name) => readPairs(join(import.meta.dirname, `pairs.${name}.jsonl`)))
    const ada = await signUp(goldfish.url)
    // Store the first questions of all pairs, so that every question has many similar but different ones.
    for (const { a } of pairs) await ask(ada, a)
    const equivalents = new Map<string, Set<string>>()
    for (const { a, b, same } of pairs) if (same) equivalents.set(b, (equivalents.get(b) ?? new Set()).add(a))
    const wrong: string[] = []
    let hits = 0
    for (const { b } of pairs) {
      const { text, cache, status } = await ask(ada, b)
      expect(status).toBe(200)
      const answered = answeredQuestion(text)
      if (cache?.status === 'hit' && answered !== b) hits += 1
      if (answered !== b && !equivalents.get(b)?.has(answered)) wrong.push(`${b} <- ${answered}`)
    }
    // If none of n answers is wrong, the error rate is below 3/n with 95 % confidence.
    process.stderr.write(
      `${pairs.length} questions, ${hits} answered from other words, ${wrong.length} wrongly (below ${((100 * (wrong.length + 3)) / pairs.length).toFixed(1)} %)\n`,
    )
    expect(wrong).toEqual([])
    expect(hits).toBeGreaterThan(pairs.filter(({ same }) => same).length / 4)
  },
  timeoutMs,
)
