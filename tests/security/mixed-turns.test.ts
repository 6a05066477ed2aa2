/**
 * C01, C02: fifty people talk at once, about the same things and about what is their own, while every stored question
 * counts as near to every other. Nobody is told what is somebody else's, and Redis tells nothing to whoever reads it.
 * `CACHE_TURNS=10000` is the long run, which `npm run soak` makes.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditCache } from '@/lib/answer-cache/audit-cache'
import { accidents } from '@/tests/chaos/process-log'
import { chaosSeed, seededRandom } from '@/tests/chaos/seeded-random'
import { wideLimits } from '@/tests/chaos/turns'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { canaryOf, canaryStem, commonWords, mixedStep } from './mixed-plan'
import { createMixedUser, type GivenAnswer } from './mixed-user'
import { redisContent, spellingsOf } from './redis-content'

const turns = Number(process.env.CACHE_TURNS ?? 1_500)
const people = 50
/** Two cores are busy with so many; more would only wait for each other. */
const atOnce = 10
/** 1,500 turns take 25 seconds on two free cores; what is waited for is a condition, and on busy ones that takes longer. */
const patienceMs = 240_000 + turns * 150

const random = seededRandom(chaosSeed())

let goldfish: Goldfish
beforeAll(async () => {
  goldfish = await startGoldfish({
    instances: 3,
    env: {
      ANSWER_CACHE_THRESHOLD: '0',
      EMBEDDING_MODEL: 'stub-embeddings',
      ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000',
      RATE_LIMITS: wideLimits,
      // Shares as much as possible: all accounts are new and in one network.
      ANSWER_CACHE_SHARE_AFTER: '2',
      ANSWER_CACHE_SHARE_ACCOUNT_AGE_HOURS: '0',
      ANSWER_CACHE_SHARE_PER_NETWORK: '0',
    },
  })
  goldfish.stub.script([{ match: '', times: 1_000_000_000, echo: true }])
})
afterAll(() => goldfish?.stop())

/** One after the other: each costs a password's hash. */
async function signUpAll() {
  const users: Awaited<ReturnType<typeof createMixedUser>>[] = []
  for (let number = 0; number < people; number += 1) users.push(await createMixedUser(goldfish.url, number))
  return users
}

/** Which call of the model an answer came from. */
const callOf = (text: string) => Number(/^Answer (\d+) to: /.exec(text)?.[1])

/** Why an answer must not have been given; null if it may. `maker`: the turn for which the model was asked. */
function objection(answer: GivenAnswer, maker: GivenAnswer | undefined): string | null {
  if (!maker) return 'the model never said it'
  if (answer.place !== maker.place) return `is the answer to something else: ${maker.place}`
  const canary = new RegExp(`${canaryStem}..x`).exec(answer.text)?.[0]
  if (canary !== undefined && canary !== canaryOf(answer.person)) return 'names what is somebody else’s'
  if (answer.person === maker.person)
    // Everybody's may outlive the sign-out of who asked first.
    return answer.epoch === maker.epoch || (answer.shareable && maker.shareable) ? null : 'was given before a sign-out'
  if (!answer.isHit) return 'was followed by another than its asker'
  return answer.shareable && maker.shareable ? null : 'is somebody else’s own'
}

test(
  `${turns} mixed turns of ${people} people at threshold 0: nobody is told what is another’s, and Redis tells nothing`,
  async () => {
    const users = await signUpAll()
    // Who shares is the danger; who never does is in it too.
    for (const [number, user] of users.entries())
      await user.perform({ do: 'prefer', answerCache: number % 4 === 0 ? 'private' : 'shared' })
    const done = () => users.reduce((total, { given }) => total + given.length, 0)
    const work = async (from: number) => {
      for (let at = from; done() < turns; at = (at + atOnce) % people) {
        const number = at % people
        // The same person is never two workers' at the same time.
        if (number % atOnce === from) await users[number]?.perform(mixedStep(random, number))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, (_, from) => work(from)))

    expect(users.flatMap(({ complaints }) => complaints)).toEqual([])
    const given = users.flatMap((user) => user.given)
    const made = new Map(given.filter(({ isMade }) => isMade).map((one) => [callOf(one.text), one]))
    const objections = given.flatMap((answer) => {
      const why = objection(answer, made.get(callOf(answer.text)))
      return why === null ? [] : [{ why, ...answer }]
    })
    expect(objections).toEqual([])

    // Otherwise nothing of this was put to the test.
    const hits = given.filter(({ isHit }) => isHit)
    const byLayer = Object.groupBy(hits, ({ layer }) => layer ?? '')
    const ofOthers = hits.filter(({ person, text }) => made.get(callOf(text))?.person !== person)
    process.stderr.write(
      `${given.length} turns, ${hits.length} hits (${Object.entries(byLayer).map(([layer, all]) => `${layer} ${all?.length}`)}), ${ofOthers.length} of them shared\n`,
    )
    expect(hits.length).toBeGreaterThan(turns / 10)
    expect(ofOthers.length).toBeGreaterThan(turns / 50)
    expect(Object.keys(byLayer).toSorted()).toEqual(['exact', 'semantic', 'words'])
    expect(hits.filter(({ place }) => place.includes(' > '))).not.toEqual([])

    await expectRedisTellsNothing()
    expect(accidents(goldfish.instances)).toEqual([])
  },
  patienceMs,
)

async function expectRedisTellsNothing(): Promise<void> {
  const words = [...spellingsOf(canaryStem), ...commonWords.map((word) => word.toLowerCase())]
  const told: string[] = []
  let keys = 0
  for await (const { key, content } of redisContent(goldfish.redis)) {
    keys += 1
    const all = `${key}\n${content}`.toLowerCase()
    for (const word of words) if (all.includes(word)) told.push(`${key} holds "${word}"`)
    if (!key.startsWith('gf:1:')) told.push(`${key} is of no version`)
  }
  expect(told).toEqual([])
  const report = await auditCache(goldfish.redis)
  expect(report.findings).toEqual([])
  process.stderr.write(`${keys} keys, ${report.users} users, ${Object.keys(report.families).length} families\n`)
  for (const family of ['own answers', 'own vectors', 'shared answers', 'shared vectors', 'pointers', 'rate limits'])
    expect(report.families[family]?.keys, family).toBeGreaterThan(0)
  expect(await runAudit()).toMatchObject({ code: 0 })
}

/** As an operator does. */
function runAudit(): Promise<{ code: number; out: string }> {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'cache-audit.mjs')
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, NODE_ENV: 'test', REDIS_URL: goldfish.redisServer.url } as const
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env }, (error, out) =>
      resolve({ code: error ? Number(error.code) : 0, out }),
    )
  })
}
