/*
 * `npm run bench` measures one process of the production build on this machine and prints the figures of the README. It
 * also measures a floor: the same load driver against the model stub, without the app. The results are written to
 * tests/bench/results/ as JSON, and nothing is asserted. `npm run build` must run before. The cost of the lookup is
 * measured with `-- --embedding local:FOLDER`, or with the small model outside of the repository if it exists.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs, promisify } from 'node:util'
import { quantile, runLoad } from '../tests/bench/load.mjs'
import { lookupCost } from '../tests/bench/lookup-cost.mjs'
import { pageFigures } from '../tests/bench/page-figures.mjs'
import { scriptWeight } from '../tests/bench/page-weight.mjs'
import { signUp, turn } from '../tests/bench/person.mjs'
import { cpuSeconds, residentMiB, startStack } from '../tests/bench/stack.mjs'

const { values: options } = parseArgs({ options: { embedding: { type: 'string' } } })
const root = join(import.meta.dirname, '..')
const historyMessages = 20
const round = (/** @type {number} */ value) => Math.round(value * 100) / 100

/** @typedef {{ url: string, pid: number, readyMs: number, stop: () => Promise<void> }} App */

/** @param {Awaited<ReturnType<typeof runLoad>>} load */
function figures({ samples, seconds }) {
  const failed = samples.filter(({ ok }) => !ok).length
  if (failed > 0) throw new Error(`${failed} of ${samples.length} turns failed, so the figures are invalid`)
  const first = samples.map(({ firstDeltaMs }) => firstDeltaMs)
  const total = samples.map(({ totalMs }) => totalMs)
  return {
    turns: samples.length,
    firstDeltaP50Ms: round(quantile(first, 0.5)),
    firstDeltaP95Ms: round(quantile(first, 0.95)),
    wholeAnswerP50Ms: round(quantile(total, 0.5)),
    turnsPerSecond: round(samples.length / seconds),
  }
}

/** Measures the driver against the stub. @param {string} stubUrl @param {number} concurrency @param {number} turns */
async function floor(stubUrl, concurrency, turns) {
  const body = JSON.stringify({ model: 'stub-model', stream: true, messages: [{ role: 'user', content: 'Question' }] })
  const next = () => ({ path: '/v1/chat/completions', headers: { 'content-type': 'application/json' }, body })
  return figures(await runLoad({ url: stubUrl, concurrency, turns, next, firstDelta: '"content"' }))
}

/**
 * Measures turns of `concurrency` users, each in a conversation of 20 messages.
 * @param {App} app
 * @param {number} concurrency
 * @param {number} turns
 * @param {string} [text]
 */
async function turns(app, concurrency, turns, text) {
  /** @type {{ headers: Record<string, string>, conversationId: string }[]} */
  const people = []
  for (let index = 0; index < concurrency; index++) {
    const headers = await signUp(app.url)
    const conversationId = randomUUID()
    const grow = () => turn(headers, conversationId)
    await runLoad({ url: app.url, concurrency: 1, turns: historyMessages / 2, next: grow, firstDelta: 'text-delta' })
    if (text)
      await runLoad({
        url: app.url,
        concurrency: 1,
        turns: 1,
        next: () => turn(headers, randomUUID(), text),
        firstDelta: 'text-delta',
      })
    people.push({ headers, conversationId })
  }
  const next = (/** @type {number} */ worker) => {
    const person = people[worker % people.length]
    if (!person) throw new Error('there are no users')
    // A repeated question must be asked in a new conversation, because the cache answers only there.
    return turn(person.headers, text ? randomUUID() : person.conversationId, text)
  }
  const load = { url: app.url, concurrency, next, firstDelta: 'text-delta' }
  await runLoad({ ...load, turns: Math.min(50, turns) })
  const cpuBefore = cpuSeconds(app.pid)
  const result = figures(await runLoad({ ...load, turns }))
  return { ...result, cpuPerTurnMs: round(((cpuSeconds(app.pid) - cpuBefore) * 1000) / turns) }
}

/**
 * Measures the time from the start of a process to its first 200, and to the first delta of its first turn.
 * @param {() => Promise<App>} startApp
 * @param {Record<string, string>} headers
 */
async function coldStart(startApp, headers) {
  const runs = []
  for (let run = 0; run < 3; run++) {
    const from = performance.now()
    const app = await startApp()
    const first = performance.now() - from
    const sent = performance.now()
    const load = {
      url: app.url,
      concurrency: 1,
      turns: 1,
      next: () => turn(headers, randomUUID()),
      firstDelta: 'text-delta',
    }
    const { samples } = await runLoad(load)
    const beforeSend = sent - from
    runs.push({ first, delta: beforeSend + (samples[0]?.firstDeltaMs ?? Number.NaN) })
    await app.stop()
  }
  return {
    firstResponseMs: Math.round(
      quantile(
        runs.map(({ first }) => first),
        0.5,
      ),
    ),
    firstDeltaMs: Math.round(
      quantile(
        runs.map(({ delta }) => delta),
        0.5,
      ),
    ),
  }
}

/** Measures vector lookups with tests/bench/semantic-lookup.mjs in a separate process. Returns null without Redis 8. */
async function semanticLookup() {
  const script = join(root, 'tests', 'bench', 'semantic-lookup.mjs')
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 2 ** 24 })
    return JSON.parse(stdout)
  } catch {
    console.log('  vector lookup: not measured (it needs Redis 8)')
    return null
  }
}

const stack = await startStack()
try {
  const app = await stack.startApp()
  const headers = await signUp(app.url)
  const atStartMiB = residentMiB(app.pid)
  const floors = { c1: await floor(stack.stubUrl, 1, 500), c16: await floor(stack.stubUrl, 16, 3000) }
  // With the turns that are not measured, these are about 2,000 misses. As many hits will follow.
  const miss = { c1: await turns(app, 1, 300), c16: await turns(app, 16, 1500) }
  const afterMissesMiB = residentMiB(app.pid)
  const repeated = 'What is asked again and again?'
  const hit = { c1: await turns(app, 1, 300, repeated), c16: await turns(app, 16, 1500, repeated) }
  const afterHitsMiB = residentMiB(app.pid)
  const results = {
    machine: {
      cpu: cpus()[0]?.model,
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    takenAt: new Date().toISOString(),
    floor: floors,
    miss,
    hit,
    memory: {
      atStartMiB: Math.round(atStartMiB),
      afterMissesMiB: Math.round(afterMissesMiB),
      afterHitsMiB: Math.round(afterHitsMiB),
    },
    page: await pageFigures({ url: app.url, stubUrl: stack.stubUrl, databaseUrl: stack.databaseUrl }),
    javascript: { signIn: await scriptWeight(`${app.url}/sign-in`), chat: await scriptWeight(app.url, headers) },
  }
  await app.stop()
  const report = {
    ...results,
    coldStart: await coldStart(stack.startApp, headers),
    lookup: { addsToMiss: await lookupCost(stack, options.embedding), near: await semanticLookup() },
  }
  const folder = join(root, 'tests', 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${report.takenAt.replaceAll(':', '-')}.json`), `${JSON.stringify(report, null, 2)}\n`)
  console.log(JSON.stringify(report, null, 2))
} finally {
  await stack.stop()
}
