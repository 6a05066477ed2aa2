import { evaluatePairs } from './cache/evaluate-pairs.mjs'
import { readEvaluationOptions } from './cache/evaluation-options.mjs'
import { evaluationJson, printEvaluation } from './cache/print-evaluation.mjs'
import { readPairs } from './cache/read-pairs.mjs'
import { loadDecision, loadDefaultThreshold, runCommandLine, similaritiesOf } from './cache/run-evaluation.mjs'

const usage = `npm run cache:evaluate -- --pairs FILE [--embedding none|local:MODEL] [--threshold X] [--json]

Decides on labelled pairs of questions by the answer cache's own code and counts hits by slice.

  --pairs FILE       one JSON object a line: id, a (stored question), b (asked), same (true or false), slice
  --embedding WHICH  none: exact text and same words only (default); local:MODEL: a folder or a hub id, as in EMBEDDING_MODEL
  --threshold X      the least cosine of a near hit (default: what the app takes where
                     ANSWER_CACHE_THRESHOLD is not set; npm run cache:calibrate finds the model's own)
  --json             counts as JSON
`

await runCommandLine(async () => {
  const { help, json, pairs: path, embedding, threshold } = readEvaluationOptions(process.argv.slice(2))
  if (help) return void process.stdout.write(usage)
  const pairs = readPairs(path)
  const similarities = (await similaritiesOf(embedding, pairs)) ?? pairs.map(() => null)
  const least = threshold ?? (await loadDefaultThreshold())
  const slices = evaluatePairs(pairs, similarities, least, await loadDecision())
  process.stdout.write(`${json ? JSON.stringify(evaluationJson(slices), null, 2) : printEvaluation(slices)}\n`)
})
