/*
 * Measures what the lookup in the answer cache adds to a miss: a process that reads all layers is compared with one
 * that reads none.
 */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from '../../scripts/launcher/free-port.mjs'
import { quantile, runLoad } from './load.mjs'
import { signUp, turn } from './person.mjs'

/** @typedef {Awaited<ReturnType<typeof import('./stack.mjs').startStack>>} Stack */

/** A small model outside of the repository, because its license does not allow copying it. */
const outsideModel = join(import.meta.dirname, '..', '..', '..', 'shared', 'models', 'goldfish-embed-mini')
/** The maximum number of answers in the scope of a user. A lookup reads and scans all of them. */
const storedAnswers = 300
const rounds = 12
const turnsPerRound = 25
const round = (/** @type {number} */ value) => Math.round(value * 100) / 100

/**
 * Measures the time to the first delta of misses at concurrency 1. The two processes alternate, so that other work of
 * the machine affects both. Returns null if there is no embedding model.
 * @param {Stack} stack
 * @param {string} [embedding] a value of EMBEDDING_MODEL
 */
export async function lookupCost(stack, embedding = existsSync(outsideModel) ? `local:${outsideModel}` : undefined) {
  if (!embedding) return null
  const sharing = { ANSWER_CACHE_DEFAULT: 'shared', ANSWER_CACHE_SHARE_AFTER: '1', EMBEDDING_MODEL: embedding }
  const cached = await open(stack, sharing)
  const uncached = await open(stack, { ANSWER_CACHE_DEFAULT: 'off' })
  await ask(cached, storedAnswers)
  await ask(uncached, storedAnswers)
  /** @type {number[]} */
  const withLookup = []
  /** @type {number[]} */
  const without = []
  for (let at = 0; at < rounds; at++) {
    withLookup.push(...(await ask(cached, turnsPerRound)))
    without.push(...(await ask(uncached, turnsPerRound)))
  }
  await Promise.all([cached.app.stop(), uncached.app.stop()])
  const shares = /** @type {const} */ ([0.5, 0.95])
  const [p50, p95] = shares.map((share) => round(quantile(withLookup, share)))
  const [p50Without, p95Without] = shares.map((share) => round(quantile(without, share)))
  return {
    turns: withLookup.length,
    firstDeltaMs: { p50, p95 },
    withoutLookupMs: { p50: p50Without, p95: p95Without },
    addsMs: { p50: round(Number(p50) - Number(p50Without)), p95: round(Number(p95) - Number(p95Without)) },
  }
}

/** @param {Stack} stack @param {Record<string, string>} settings */
async function open(stack, settings) {
  const port = await findFreePort()
  const app = await stack.startApp({ PORT: String(port), BETTER_AUTH_URL: `http://localhost:${port}`, ...settings })
  return { app, headers: await signUp(app.url), questionCount: 0 }
}

/** @param {Awaited<ReturnType<typeof open>>} person @param {number} turns */
async function ask(person, turns) {
  const { samples } = await runLoad({
    url: person.app.url,
    concurrency: 1,
    turns,
    firstDelta: 'text-delta',
    next: () => turn(person.headers, randomUUID(), question(person.questionCount++)),
  })
  const failed = samples.filter(({ ok }) => !ok).length
  if (failed > 0) throw new Error(`${failed} of ${samples.length} turns failed, so the figures are invalid`)
  return samples.map(({ firstDeltaMs }) => firstDeltaMs)
}

/** Returns a question with a unique content word, so that the match guard will reject the answers of all others. */
function question(/** @type {number} */ number) {
  const name = [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
  return `Which plants do gardeners recommend for ponds with zu${name} goldfish in winter?`
}
