/** The whole app on a Redis Cluster of three nodes must behave as on one server. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { auditCache } from '@/lib/answer-cache/audit-cache'
import { type Person, personAt, readAnswer, signUp } from '@/tests/integration/chat-client'
import { findRedis8 } from '@/tests/services/find-redis8'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type RedisCluster, startRedisCluster } from '@/tests/services/redis-cluster'
import { prefer } from './other-instance'

const chatLimit = 40
const limits = JSON.stringify({ chat: `${chatLimit}/400000000`, 'sign-up': '1000/60', 'sign-in': '1000/60' })

let cluster: RedisCluster
let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  const redis8 = await findRedis8()
  cluster = await startRedisCluster(redis8 ? { path: redis8 } : undefined)
  goldfish = await startGoldfish({
    env: {
      REDIS_URL: cluster.urls.join(','),
      REDIS_CLUSTER: '1',
      RATE_LIMITS: limits,
      ANSWER_CACHE_SHARE_AFTER: '1',
      EMBEDDING_MODEL: 'stub-embeddings',
      ANSWER_CACHE_THRESHOLD: '0.5',
      ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000',
    },
  })
})
afterAll(async () => {
  await goldfish?.stop()
  cluster?.stop()
})
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

const ask = (person: Person, text: string, more: object = {}) => person.send({ conversationId: v7(), ...more }, text)
const on = (place: 0 | 1, person: Person) => personAt(goldfish.instances[place]?.url ?? '', person, goldfish.url)
const keys = async (pattern: string) => (await Promise.all(cluster.nodes.map((node) => node.keys(pattern)))).flat()
/** Polls, because on a busy machine a turn may skip Redis after its time limit. */
const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 15_000 })

const asked = 'What are the symptoms of iron deficiency in adults?'
const layerOf = async (person: Person, text: string) => (await ask(person, text)).cache?.layer

test('an answer is found by its text, its words and its meaning on any instance', async () => {
  const first = await ask(on(0, ada), asked)
  expect(first).toMatchObject({ status: 200, error: null, cache: { status: 'miss' } })
  await eventually(() => layerOf(on(1, ada), asked)).toBe('exact')
  await eventually(() => layerOf(on(1, ada), `Hi, ${asked} Thanks!`)).toBe('words')
  const semanticLayer = async () => {
    // The vector is stored after the answer and may be skipped on a busy machine.
    const { cache } = await ask(on(1, ada), 'What are the signs of iron deficiency in adults?')
    if (cache?.status !== 'hit') await ask(on(0, ada), asked, { cache: 'bypass' })
    return cache?.layer
  }
  await eventually(semanticLayer).toBe('semantic')
})

test('a shared answer is found by other users on a cluster', async () => {
  const eve = await signUp(goldfish.url)
  await Promise.all([prefer(ada, { answerCache: 'shared' }), prefer(eve, { answerCache: 'shared' })])
  const text = 'How do I fix a leaking kitchen tap?'
  const first = await ask(ada, text)
  await eventually(async () => (await ask(eve, text)).text).toBe(first.text)
  const bob = await signUp(goldfish.url)
  await prefer(bob, { answerCache: 'shared' })
  const semanticLayer = async () => (await ask(bob, 'How can I fix a leaky kitchen tap?')).cache
  await eventually(semanticLayer).toMatchObject({ status: 'hit' })
  expect((await keys('gf:1:{s:*}:e:*')).length).toBeGreaterThan(0)
})

test('a running answer can be followed and stopped from another instance', async () => {
  const conversationId = v7()
  const running = on(0, ada).send({ conversationId }, '[stub:tokens=2000] [stub:gap=20] A very long one')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  await expect.poll(async () => (await ada.messages(conversationId))[0]?.parts.length ?? 0, { timeout: 5_000 }).toBe(1)
  const followed = on(1, ada).fetch(`/api/chat/${conversationId}/stream`)
  const response = await followed
  expect(response.status).toBe(200)
  expect((await on(1, ada).fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(202)
  const [sent, seen] = await Promise.all([running, readAnswer(response)])
  expect(sent.metadata?.status).toBe('stopped')
  expect(seen).toMatchObject({ text: sent.text, metadata: { status: 'stopped' } })
})

test('concurrent identical questions get the same answer from one model call', async () => {
  const text = '[stub:tokens=40] [stub:gap=25] What is a goldfish made of?'
  const leader = ask(on(0, ada), text)
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  const followers = await Promise.all([0, 1, 0, 1].map((place) => ask(on(place as 0 | 1, ada), text)))
  const first = await leader
  expect(followers.map((one) => one.text)).toEqual(Array(4).fill(first.text))
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('a rate limit applies to all instances together', async () => {
  const statuses: number[] = []
  for (let turn = 0; turn < chatLimit + 4; turn += 1)
    statuses.push((await ask(on(turn % 2 === 0 ? 0 : 1, ada), asked)).status)
  expect(statuses.slice(0, chatLimit)).toEqual(Array(chatLimit).fill(200))
  expect(statuses.slice(chatLimit)).toEqual(Array(4).fill(429))
})

test('a downvoted answer is removed, and its conversation can be deleted', async () => {
  const conversationId = v7()
  const first = await ada.send({ conversationId }, asked)
  await eventually(() => layerOf(ada, asked)).toBe('exact')
  const dislike = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"helpful":false}' }
  expect((await ada.fetch(`/api/messages/${first.messageId}/feedback`, dislike)).status).toBe(200)
  expect((await ask(ada, asked)).cache?.status).toBe('miss')
  expect((await ada.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })).status).toBe(204)
})

test('keys are distributed over all nodes, and the audit finds no problems', async () => {
  const reports = await Promise.all(cluster.nodes.map((node) => auditCache(node)))
  expect(reports.flatMap(({ findings }) => findings)).toEqual([])
  expect(Math.min(...(await Promise.all(cluster.nodes.map((node) => node.dbsize()))))).toBeGreaterThan(0)
  expect(await runAudit()).toEqual({ code: 0, servers: 3, findings: 0 })
})

test('no instance has logged cluster errors', () => {
  const lines = goldfish.instances.flatMap((instance) => instance.output().split('\n'))
  expect(lines.filter((line) => /CROSSSLOT|MOVED|CLUSTERDOWN|unhandled/.test(line))).toEqual([])
})

/** Runs the audit command in a process of its own. */
function runAudit(): Promise<{ code: number; servers: number; findings: number }> {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'cache-audit.mjs')
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, NODE_ENV: 'test', REDIS_URL: cluster.urls.join(','), REDIS_CLUSTER: '1' } as const
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, '--json'], { env }, (error, out, err) => {
      try {
        const reports = JSON.parse(out) as { findings: unknown[] }[]
        const findings = reports.flatMap((report) => report.findings).length
        resolve({ code: error ? Number(error.code) : 0, servers: reports.length, findings })
      } catch (cause) {
        reject(new Error(`${out}${err}`, { cause }))
      }
    })
  })
}
