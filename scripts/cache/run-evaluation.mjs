import { loadTypescript } from './load-typescript.mjs'
import { openLocalEmbedder } from './local-embedder.mjs'
import { measureSimilarities } from './measure-similarities.mjs'
import { PairsError } from './read-pairs.mjs'
import { showProgress } from './show-progress.mjs'

/** The decision that production takes, from its source. @returns {Promise<import('./evaluate-pairs.mjs').Decide>} */
export async function loadDecision() {
  loadTypescript()
  const { decideMatch } = await import('../../lib/answer-cache/decide-match')
  return decideMatch
}

/**
 * @param {string} embedding none or local:DIR
 * @param {readonly import('./read-pairs.mjs').Pair[]} pairs
 */
export async function similaritiesOf(embedding, pairs) {
  if (embedding === 'none') return null
  const embedder = await openLocalEmbedder(embedding.slice('local:'.length))
  return measureSimilarities(embedder, pairs, showProgress('embedding'))
}

/** Runs a command; what the person who called it can put right is one line. @param {() => Promise<void>} command */
export async function runCommandLine(command) {
  try {
    await command()
  } catch (error) {
    if (!(error instanceof PairsError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
