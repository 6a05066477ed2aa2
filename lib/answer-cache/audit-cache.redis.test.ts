import { beforeEach, expect, test } from 'vitest'
import { keyedHash, openKeyRing } from '@/lib/crypto/key-ring'
import type { Embedder } from '@/lib/embedding/embedder'
import type { MessageId } from '@/lib/ids'
import { openEventWriter } from '@/lib/stream/open-event-writer'
import { cacheQuestion, cacheUser } from '@/tests/answer-cache/cache-user'
import { testRedisOrCluster } from '@/tests/services/test-redis'
import { auditCache } from './audit-cache'
import { countCacheEvents } from './cache-counters'
import { cacheEntryRef } from './cache-question'
import { openFlight } from './flight'
import { forgetAnswer, purgeCache } from './forget-answers'
import { lookupAnswer } from './lookup-answer'
import { storeAnswer } from './store-answer'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const { redis, nodes } = await testRedisOrCluster()
const embedder: Embedder = { id: 'test', similarityThreshold: 0.5, embed: async () => [Float32Array.of(1, 2, 3)] }

/** Writes at least one key of each family. */
async function fill() {
  const question = cacheQuestion('What are the symptoms of iron deficiency in adults?', { answerCache: 'shared' })
  const answer = { status: 'complete', model: 'stub', usage: null, costUsd: null, durationMs: 1 } as const
  for (const name of ['ada', 'eve']) {
    const user = cacheUser({ redis, keys, embedder }, name, 1)
    await lookupAnswer(user, question)
    await storeAnswer(user, question, { ...answer, parts: [{ type: 'text', text: `From ${name}` }] })
    await user.settled()
    countCacheEvents({ ...user, now: Date.now }, { lookups: 1 })
  }
  const ada = cacheUser({ redis, keys }, 'ada')
  const answerId = '00000000-0000-7000-8000-000000000000' as MessageId
  await openFlight(ada, cacheQuestion('What is a goldfish?'), { answerId, fence: 1 })?.join()
  const scope = keyedHash(keys, 'turn-log', 'ada', answerId)
  await openEventWriter(redis, keys, { userId: 'ada', scope, fence: 1 }).end(['{"type":"finish"}'])
  const other = cacheQuestion('What is a carp?', { answerCache: 'shared' })
  await forgetAnswer(ada, cacheEntryRef(ada, other, keyedHash(keys, 'identity', 'x')))
  await expect.poll(() => redis.keys('gf:1:*:n:*')).toHaveLength(2)
}

/** Audits each node of a cluster separately, like `npm run cache:audit`, and combines the reports. */
async function audit() {
  const reports = await Promise.all(nodes.map((node) => auditCache(node)))
  const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0)
  return {
    findings: reports.flatMap(({ findings }) => findings),
    families: new Set(reports.flatMap(({ families }) => Object.keys(families))),
    bytesOf: (name: string) => sum(reports.map(({ families }) => families[name]?.bytes ?? 0)),
    cacheBytes: sum(reports.map(({ cacheBytes }) => cacheBytes)),
    notedBytes: sum(reports.map(({ notedBytes }) => notedBytes ?? 0)),
    users: Math.max(...reports.map(({ users }) => users)),
    mostKeysOfUser: Math.max(...reports.map(({ mostKeysOfUser }) => mostKeysOfUser)),
  }
}

beforeEach(async () => {
  await redis.flushall()
  await fill()
})

test('auditCache finds no problems in the keys that the app writes', async () => {
  const report = await audit()
  expect(report.findings).toEqual([])
  expect(report.users).toBe(2)
  expect(report.mostKeysOfUser).toBeGreaterThan(3)
  const families = [...report.families].toSorted()
  const outside = report.bytesOf('counters') + report.bytesOf('logs of turns')
  const all = families.reduce((sum, name) => sum + report.bytesOf(name), 0)
  expect(report.cacheBytes).toBe(all - outside)
  expect(report.notedBytes).toBeGreaterThan(report.bytesOf('own answers') + report.bytesOf('shared answers'))
  expect(families).toEqual([
    'askers and votes',
    'counters',
    'embeddings',
    'indexes of users',
    'leases',
    'ledgers',
    'logs of turns',
    'own answers',
    'own vectors',
    'pointers',
    'shared answers',
    'shared vectors',
  ])
})

test('auditCache reports unknown keys, keys without TTL and unencrypted values', async () => {
  const [own = ''] = await redis.keys('gf:1:{u:*}:e:*')
  const [pointer = ''] = await redis.keys('gf:1:{u:*}:x:*')
  const [log = ''] = await redis.keys('gf:1:log:*')
  await redis.set(own, 'Stone Town', 'KEEPTTL')
  await redis.persist(pointer)
  await redis.del(log)
  await redis.xadd(log, '1-0', 'e', 'plain words')
  await redis.pexpire(log, 60_000)
  await redis.set('gf:2:{s:x}:e:y', 'another version', 'PX', 60_000)
  const { findings } = await audit()
  expect(findings.map(({ key, complaint }) => [key, complaint]).toSorted()).toEqual(
    [
      [own, 'the value is not encrypted'],
      [pointer, 'the key has no TTL'],
      [log, 'the value is not encrypted'],
      ['gf:2:{s:x}:e:y', 'the key has an unknown name or version'],
    ].toSorted(),
  )
})

test('purgeCache deletes the cache and no other keys', async () => {
  const dropped = await Promise.all(nodes.map((node) => purgeCache(node)))
  expect(dropped.reduce((one, other) => one + other)).toBeGreaterThan(10)
  const left = (await redis.keys('*')).map((key) => key.replace(/\{.*?\}/, '{}').replace(/\d{4}-\d\d-\d\d/, 'day'))
  expect(left.toSorted()).toEqual(['gf:1:log:{}:1', 'gf:1:{}:day', 'gf:1:{}:n:day', 'gf:1:{}:n:day'].toSorted())
})
