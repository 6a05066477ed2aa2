/*
 * `node tests/bench/semantic-lookup.mjs [--sizes 10000,100000] [--dimension 256]` measures how long a lookup by vector
 * takes in a vector set of these sizes, in a full block, and in a full encrypted block. The lookups run on loopback,
 * one after another. Half of the questions are variants of stored vectors, the others are unrelated. The time of a
 * PING after each lookup is the floor. The script prints JSON and asserts nothing.
 */
import './import-sources.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Redis } from 'ioredis'
import { startRedis } from '../../scripts/launcher/embedded-redis.mjs'
import { quantile } from './load.mjs'

const { openKeyRing } = await import('@/lib/crypto/key-ring')
const { checkedVector } = await import('@/lib/embedding/embedder')
const { cosine, toInt8 } = await import('@/lib/embedding/embedder')
const { entryKey, vectorExpiryKey, vectorSetKey } = await import('@/lib/redis/keys')
const { privateVectors } = await import('@/lib/semantic-cache/private-vectors')
const { changeRecords } = await import('@/lib/semantic-cache/vector-block')
const { sharedVectors } = await import('@/lib/semantic-cache/shared-vectors')
const { findRedis8 } = await import('@/tests/services/find-redis8')

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,100000' }, dimension: { type: 'string', default: '256' } },
})
const dimension = Number(values.dimension)
const sizes = values.sizes.split(',').map(Number)
const lookups = 1000
const ttlMs = 3_600_000
const kinds = /** @type {const} */ (['Q8', 'NOQUANT'])
const round = (/** @type {number} */ value) => Math.round(value * 1000) / 1000

/** State of a random number generator (mulberry32) that must return the same numbers in every run. */
let seed = 1
function chance() {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const gauss = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
const noise = () => checkedVector(Array.from({ length: dimension }, gauss))

/** Questions belong to topics. Those of one topic have a cosine similarity of about 0.6. */
const topics = Array.from({ length: 200 }, noise)
function question() {
  const topic = topics[Math.floor(chance() * topics.length)] ?? noise()
  return mix(topic, noise(), 0.8)
}
/** Mixes two vectors. @param {Float32Array} a @param {Float32Array} b @param {number} share the share of `a` */
const mix = (a, b, share) =>
  checkedVector(a.map((value, index) => share * value + Math.sqrt(1 - share ** 2) * Number(b[index])))

const nameOf = (/** @type {number} */ number) => `entry-${String(number).padStart(37, '0')}`
const payload = Buffer.alloc(1500, 7)

/**
 * @param {import('@/lib/semantic-cache/vector-index').VectorIndex} index
 * @param {string} scope
 * @param {readonly Float32Array[]} stored
 */
async function measure(index, scope, stored) {
  /** @type {number[]} */
  const times = []
  /** @type {number[]} */
  const pings = []
  let [variants, correct] = [0, 0]
  for (let number = -100; number < lookups; number++) {
    const isVariant = number % 2 === 0
    const target = Math.floor(chance() * stored.length)
    const vector = isVariant ? mix(stored[target] ?? noise(), noise(), 0.95) : question()
    const startedAt = performance.now()
    // On a busy machine a lookup may time out. It then counts with its whole time and without a result.
    const [nearest] = await index.nearest({ scope, vector, similarityThreshold: 0.85, limit: 5 }).catch(() => [])
    const endedAt = performance.now()
    await redis.ping()
    if (number === -1) await redis.config('RESETSTAT')
    if (number < 0) continue
    times.push(endedAt - startedAt)
    pings.push(performance.now() - endedAt)
    if (!isVariant) continue
    variants += 1
    if (nearest?.entryId === nameOf(target)) correct += 1
  }
  return {
    p50Ms: round(quantile(times, 0.5)),
    p95Ms: round(quantile(times, 0.95)),
    pingP50Ms: round(quantile(pings, 0.5)),
    pingP95Ms: round(quantile(pings, 0.95)),
    redisMs: round(await scriptMs()),
    recall: round(correct / variants),
  }
}

/** Returns the time of a lookup as measured by Redis itself, which other processes of the machine hardly affect. */
async function scriptMs() {
  const [, microseconds] = /cmdstat_evalsha:calls=\d+,usec=(\d+)/.exec(await redis.info('commandstats')) ?? []
  return Number(microseconds) / lookups / 1000
}

/** @param {Redis} redis @param {string} scope @param {readonly Float32Array[]} stored */
async function putEntries(redis, scope, stored) {
  for (let start = 0; start < stored.length; start += 500) {
    const pipeline = redis.pipeline()
    for (let number = start; number < Math.min(start + 500, stored.length); number++)
      pipeline.set(entryKey(scope, nameOf(number)), payload, 'PX', ttlMs)
    await pipeline.exec()
  }
}

/**
 * Adds vectors directly to the set, in batches.
 * @param {Redis} redis
 * @param {string} scope
 * @param {readonly Float32Array[]} stored
 * @param {'Q8' | 'NOQUANT'} kind
 */
async function fillSet(redis, scope, stored, kind) {
  for (let start = 0; start < stored.length; start += 500) {
    const pipeline = redis.pipeline()
    for (const [offset, { buffer }] of stored.slice(start, start + 500).entries()) {
      const name = nameOf(start + offset)
      pipeline.call('VADD', vectorSetKey(scope), 'FP32', Buffer.from(buffer), name, kind)
      pipeline.zadd(vectorExpiryKey(scope), Date.now() + ttlMs, name)
    }
    await pipeline.exec()
  }
  await redis.pexpire(vectorSetKey(scope), ttlMs)
}

const path = await findRedis8()
if (path === null) process.exit(1)
const directory = mkdtempSync(join(tmpdir(), 'goldfish-bench-'))
const server = await startRedis({ binary: { path }, dataDir: directory, persist: false })
const redis = new Redis(server.url)
try {
  /** @type {Record<string, unknown>} */
  const report = { dimension }
  for (const size of sizes) {
    const stored = Array.from({ length: size }, question)
    for (const kind of size <= 10_000 ? kinds : kinds.slice(0, 1)) {
      await redis.flushall()
      await putEntries(redis, 's:bench', stored)
      const startedAt = performance.now()
      await fillSet(redis, 's:bench', stored, kind)
      const addMs = (performance.now() - startedAt) / size
      const bytes = Number(await redis.call('MEMORY', 'USAGE', vectorSetKey('s:bench'), 'SAMPLES', '0')) / size
      const figures = await measure(sharedVectors(redis), 's:bench', stored)
      report[`set of ${size}, ${kind}`] = { ...figures, addMs: round(addMs), bytesPerMember: Math.round(bytes) }
    }
  }

  await redis.flushall()
  await redis.acl('SETUSER', 'default', '-vadd')
  const block = Array.from({ length: 1000 }, question)
  await putEntries(redis, 's:bench', block)
  const index = sharedVectors(redis)
  /** @type {number[]} */
  const adds = []
  for (const [number, vector] of block.entries()) {
    const startedAt = performance.now()
    await index.add({ scope: 's:bench', entryId: nameOf(number), vector, ttlMs }).catch(() => false)
    adds.push(performance.now() - startedAt)
  }
  report['block of 1000'] = {
    ...(await measure(index, 's:bench', block)),
    fullAddMs: round(quantile(adds.slice(-50), 0.5)),
  }

  const owner = {
    keys: openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined }),
    userId: 'ada',
  }
  const own = block.slice(0, 300)
  await putEntries(redis, 'u:bench', own)
  const records = own.map((vector, number) => ({
    entryId: nameOf(number),
    expiresAt: Date.now() + ttlMs,
    vector: toInt8(vector),
  }))
  await changeRecords(redis, owner, 'u:bench', () => records)
  report['sealed block of 300'] = await measure(privateVectors(redis, owner), 'u:bench', own)
  const changes = block.slice(0, 1000).map((vector) => Math.abs(cosine(vector, toInt8(vector)) - 1))
  report['one byte per dimension changes a cosine by'] = Math.max(...changes)
  console.log(JSON.stringify(report, null, 2))
} finally {
  redis.disconnect()
  await server.stop({ force: true })
  rmSync(directory, { recursive: true, force: true })
}
