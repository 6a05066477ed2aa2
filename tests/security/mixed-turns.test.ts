/**
 * Fifty users chat at once, about shared topics and about personal ones, while every stored question counts as
 * similar to every other. No user must receive another user's data, and Redis must not contain readable text.
 * `CACHE_TURNS=10000`, as in `npm run soak`, makes the run longer.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditCache } from '@/lib/answer-cache/audit-cache'
import { unexpectedLogLines } from '@/tests/chaos/process-log'
import { chaosSeed, seededRandom } from '@/tests/chaos/seeded-random'
import { wideLimits } from '@/tests/chaos/turns'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { canaryOf, canaryStem, commonWords, mixedStep } from './mixed-plan'
import { createMixedUser, type ReceivedAnswer } from './mixed-user'
import { redisContent, spellingsOf } from './redis-content'

const turns = Number(process.env.CACHE_TURNS ?? 1_500)
const people = 50
/** Number of concurrent turns. Ten keep two cores busy; more would only wait for each other. */
const concurrentTurns = 10
/** 1,500 turns take 25 s on two free cores and longer on a busy machine. */
const timeoutMs = 240_000 + turns * 150

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
      // These settings share as many answers as possible. All accounts are new and use one network.
      ANSWER_CACHE_SHARE_AFTER: '2',
      ANSWER_CACHE_SHARE_ACCOUNT_AGE_HOURS: '0',
      ANSWER_CACHE_SHARE_PER_NETWORK: '0',
    },
  })
  goldfish.stub.script([{ match: '', times: 1_000_000_000, echo: true }])
})
afterAll(() => goldfish?.stop())

/** Signs up one user after the other, because each sign-up hashes a password. */
async function signUpAll() {
  const users: Awaited<ReturnType<typeof createMixedUser>>[] = []
  for (let number = 0; number < people; number += 1) users.push(await createMixedUser(goldfish.url, number))
  return users
}

/** Returns the number of the model call that an answer came from. */
const callOf = (text: string) => Number(/^Answer (\d+) to: /.exec(text)?.[1])

/**
 * Returns why a user must not have received an answer, or null if they may. `maker` is the turn that called the model.
 */
function objection(answer: ReceivedAnswer, maker: ReceivedAnswer | undefined): string | null {
  if (!maker) return 'no model call produced it'
  if (answer.place !== maker.place) return `answers another question: ${maker.place}`
  const canary = new RegExp(`${canaryStem}..x`).exec(answer.text)?.[0]
  if (canary !== undefined && canary !== canaryOf(answer.person)) return 'contains another user’s canary'
  if (answer.person === maker.person)
    // A shared answer may outlive the session of the user who first asked.
    return answer.epoch === maker.epoch || (answer.shareable && maker.shareable) ? null : 'was stored before a sign-out'
  if (!answer.isHit) return 'was streamed to another user than its asker'
  return answer.shareable && maker.shareable ? null : 'belongs to another user'
}

test(
  `${turns} mixed turns of ${people} users leak no user’s data to another user and store no readable text in Redis`,
  async () => {
    const users = await signUpAll()
    // Users who share create the risk, but users who do not share must be protected too.
    for (const [number, user] of users.entries())
      await user.perform({ do: 'prefer', answerCache: number % 4 === 0 ? 'private' : 'shared' })
    const done = () => users.reduce((total, { given }) => total + given.length, 0)
    const work = async (from: number) => {
      for (let at = from; done() < turns; at = (at + concurrentTurns) % people) {
        const number = at % people
        // Each user belongs to one worker, because a user's steps must not run in parallel.
        if (number % concurrentTurns === from) await users[number]?.perform(mixedStep(random, number))
      }
    }
    await Promise.all(Array.from({ length: concurrentTurns }, (_, from) => work(from)))

    expect(users.flatMap(({ complaints }) => complaints)).toEqual([])
    const given = users.flatMap((user) => user.given)
    const made = new Map(given.filter(({ isMade }) => isMade).map((one) => [callOf(one.text), one]))
    const objections = given.flatMap((answer) => {
      const reason = objection(answer, made.get(callOf(answer.text)))
      return reason === null ? [] : [{ reason, ...answer }]
    })
    expect(objections).toEqual([])

    // These conditions must hold, because otherwise the run would not have tested sharing.
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

    await expectNothingReadableInRedis()
    expect(unexpectedLogLines(goldfish.instances)).toEqual([])
  },
  timeoutMs,
)

async function expectNothingReadableInRedis(): Promise<void> {
  const words = [...spellingsOf(canaryStem), ...commonWords.map((word) => word.toLowerCase())]
  const findings: string[] = []
  let keys = 0
  for await (const { key, content } of redisContent(goldfish.redis)) {
    keys += 1
    const all = `${key}\n${content}`.toLowerCase()
    for (const word of words) if (all.includes(word)) findings.push(`${key} contains "${word}"`)
    if (!key.startsWith('gf:1:')) findings.push(`${key} has no version`)
  }
  expect(findings).toEqual([])
  const report = await auditCache(goldfish.redis)
  expect(report.findings).toEqual([])
  process.stderr.write(`${keys} keys, ${report.users} users, ${Object.keys(report.families).length} families\n`)
  for (const family of ['own answers', 'own vectors', 'shared answers', 'shared vectors', 'pointers', 'rate limits'])
    expect(report.families[family]?.keys, family).toBeGreaterThan(0)
  expect(await runAudit()).toMatchObject({ code: 0 })
}

/** Runs the command as an operator would. */
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
