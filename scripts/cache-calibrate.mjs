import { calibrateThreshold, maxFalseHitRate, minPrecision } from './cache/calibrate-threshold.mjs'
import { readEvaluationOptions } from './cache/evaluation-options.mjs'
import { PairsError, readPairs } from './cache/read-pairs.mjs'
import { loadDecision, runCommandLine, similaritiesOf } from './cache/run-evaluation.mjs'

const usage = `npm run cache:calibrate -- --pairs FILE --embedding local:MODEL [--json]

Finds the lowest similarity threshold (a cosine) for an embedding model at which the semantic hits that pass the match guard meet
both targets: false hits on at most ${maxFalseHitRate * 100} % of the near misses (slices hn_*, mut_*), and at least ${minPrecision * 100} % correct
hits on real questions (slice qqp). Prints the results of every threshold.
Set ANSWER_CACHE_THRESHOLD to the threshold that it finds.
`

await runCommandLine(async () => {
  const { help, json, pairs: path, embedding } = readEvaluationOptions(process.argv.slice(2))
  if (help) return void process.stdout.write(usage)
  if (embedding === 'none')
    throw new PairsError('--embedding local:MODEL is required: a threshold depends on the model')
  const pairs = readPairs(path)
  const similarities = (await similaritiesOf(embedding, pairs)) ?? []
  const { threshold, curve } = calibrateThreshold(pairs, similarities, await loadDecision())
  const report = json ? JSON.stringify({ embedding, threshold, curve }, null, 2) : table(curve)
  process.stdout.write(`${report}\n`)
  if (threshold === null) throw new PairsError('No threshold meets the targets on these pairs.')
  if (!json) process.stdout.write(`\nThe similarity threshold of ${embedding} is ${threshold}.\n`)
})

function table(/** @type {readonly import('./cache/calibrate-threshold.mjs').Point[]} */ curve) {
  const percent = (/** @type {number} */ value) =>
    (Number.isFinite(value) ? `${(value * 100).toFixed(2)} %` : '-').padStart(16)
  const rows = curve.map((point) => {
    const shares = [point.nearMissFalseHits, point.plainFalseHits, point.qqpRecall, point.qqpPrecision]
    return `${point.threshold.toFixed(2)}${shares.map(percent).join('')}`
  })
  return [
    `    ${['false hits', 'cosine alone', 'qqp recall', 'qqp precision'].map((name) => name.padStart(16)).join('')}`,
    ...rows,
  ].join('\n')
}
