/*
 * The load driver: sends turns over keep-alive connections and measures when the first text of each answer arrives. It
 * uses plain `node:http`, because its own cost is part of every figure and must be small.
 */
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'

/**
 * @typedef {{ firstDeltaMs: number, totalMs: number, ok: boolean }} Sample
 * @typedef {(worker: number, count: number) => { path: string, headers: Record<string, string>, body: string }}
 *   NextRequest
 */

/**
 * Runs `concurrency` workers. Each worker sends its next request when the previous answer has ended.
 * @param {{ url: string, concurrency: number, turns: number, next: NextRequest, firstDelta: string }} load
 *   `firstDelta` is a text that occurs in the first part of an answer.
 * @returns {Promise<{ samples: Sample[], seconds: number }>}
 */
export async function runLoad({ url, concurrency, turns, next, firstDelta }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const { hostname, port } = new URL(url)
  /** @type {Sample[]} */
  const samples = []
  let started = 0
  const worker = async (/** @type {number} */ index) => {
    for (let count = 0; started < turns; count++) {
      started += 1
      samples.push(await send({ hostname, port, agent }, next(index, count), firstDelta))
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: concurrency }, (_, index) => worker(index)))
  const seconds = (performance.now() - from) / 1000
  agent.destroy()
  return { samples, seconds }
}

/**
 * @param {{ hostname: string, port: string, agent: Agent }} target
 * @param {ReturnType<NextRequest>} message
 * @param {string} firstDelta
 * @returns {Promise<Sample>}
 */
function send({ hostname, port, agent }, { path, headers, body }, firstDelta) {
  return new Promise((resolve, reject) => {
    const from = performance.now()
    let firstDeltaMs = Number.NaN
    let tail = ''
    const outgoing = request(
      {
        hostname,
        port,
        agent,
        path,
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          if (!Number.isNaN(firstDeltaMs)) return
          tail += chunk
          if (tail.includes(firstDelta)) firstDeltaMs = performance.now() - from
        })
        response.on('end', () => {
          const ok = response.statusCode === 200 && !Number.isNaN(firstDeltaMs)
          resolve({ firstDeltaMs, totalMs: performance.now() - from, ok })
        })
        response.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/**
 * Returns a quantile of the values.
 * @param {number[]} values
 * @param {number} share 0 to 1
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
