/** What the answer cache's look-up adds to a miss: one process that looks in all layers beside one that never looks. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from '../../scripts/launcher/free-port.mjs'
import { quantile, runLoad } from './load.mjs'
import { signUp, turn } from './person.mjs'

/** @typedef {Awaited<ReturnType<typeof import('./stack.mjs').startStack>>} Stack */

/** A small model beside the repository; its licence forbids copying it into it. */
const besideModel = join(import.meta.dirname, '..', '..', '..', 'shared', 'models', 'goldfish-embed-mini')
/** As many as a user's own scope holds; a look-up reads and scans all of them. */
const stored = 300
const rounds = 12
const turnsPerRound = 25
const round = (/** @type {number} */ value) => Math.round(value * 100) / 100

/**
 * First delta of misses at concurrency 1, in turns of both, so that what the machine does otherwise falls on both. Null
 * without a model to embed with.
 * @param {Stack} stack
 * @param {string} [embedding] as in EMBEDDING_MODEL
 */
export async function lookupCost(stack, embedding = existsSync(besideModel) ? `local:${besideModel}` : undefined) {
  if (!embedding) return null
  const sharing = { ANSWER_CACHE_DEFAULT: 'shared', ANSWER_CACHE_SHARE_AFTER: '1', EMBEDDING_MODEL: embedding }
  const looks = await open(stack, sharing)
  const looksNot = await open(stack, { ANSWER_CACHE_DEFAULT: 'off' })
  await ask(looks, stored)
  await ask(looksNot, stored)
  /** @type {number[]} */
  const withLookup = []
  /** @type {number[]} */
  const without = []
  for (let at = 0; at < rounds; at++) {
    withLookup.push(...(await ask(looks, turnsPerRound)))
    without.push(...(await ask(looksNot, turnsPerRound)))
  }
  await Promise.all([looks.app.stop(), looksNot.app.stop()])
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
  return { app, headers: await signUp(app.url), asked: 0 }
}

/** @param {Awaited<ReturnType<typeof open>>} person @param {number} turns */
async function ask(person, turns) {
  const { samples } = await runLoad({
    url: person.app.url,
    concurrency: 1,
    turns,
    firstDelta: 'text-delta',
    next: () => turn(person.headers, randomUUID(), question(person.asked++)),
  })
  const failed = samples.filter(({ ok }) => !ok).length
  if (failed > 0) throw new Error(`${failed} of ${samples.length} turns failed: the figures would mean nothing`)
  return samples.map(({ firstDeltaMs }) => firstDeltaMs)
}

/** Each with a content word of its own, which the match guard lets no other question's answer pass for. */
function question(/** @type {number} */ number) {
  const name = [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
  return `Which plants do gardeners recommend for ponds with zu${name} goldfish in winter?`
}
