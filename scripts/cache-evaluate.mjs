import { evaluatePairs } from './cache/evaluate-pairs.mjs'
import { readEvaluationOptions } from './cache/evaluation-options.mjs'
import { evaluationJson, printEvaluation } from './cache/print-evaluation.mjs'
import { readPairs } from './cache/read-pairs.mjs'
import { loadDecision, loadDefaultThreshold, runCommandLine, similaritiesOf } from './cache/run-evaluation.mjs'

const usage = `npm run cache:evaluate -- --pairs FILE [--embedding none|local:MODEL] [--threshold X] [--json]

Decides labeled pairs of questions with the answer cache's own code, and counts the hits of each slice.

  --pairs FILE       one JSON object per line: id, a (stored question), b (asked question), same (true or false), slice
  --embedding MODEL  none: only equal texts and equal words match (default); local:MODEL: a folder or a hub id, as in EMBEDDING_MODEL
  --threshold X      the lowest cosine of a semantic hit (default: 0.5, as in the app; ANSWER_CACHE_THRESHOLD is not
                     read; npm run cache:calibrate finds the threshold of a model)
  --json             prints the counts as JSON
`

await runCommandLine(async () => {
  const { help, json, pairs: path, embedding, threshold } = readEvaluationOptions(process.argv.slice(2))
  if (help) return void process.stdout.write(usage)
  const pairs = readPairs(path)
  const similarities = (await similaritiesOf(embedding, pairs)) ?? pairs.map(() => null)
  const similarityThreshold = threshold ?? (await loadDefaultThreshold())
  const slices = evaluatePairs(pairs, similarities, similarityThreshold, await loadDecision())
  process.stdout.write(`${json ? JSON.stringify(evaluationJson(slices), null, 2) : printEvaluation(slices)}\n`)
})
