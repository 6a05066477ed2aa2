import { loadTypescript } from './load-typescript.mjs'
import { measureSimilarities } from './measure-similarities.mjs'
import { PairsError } from './read-pairs.mjs'
import { showProgress } from './show-progress.mjs'

/** The decision that production takes, from its source. @returns {Promise<import('./evaluate-pairs.mjs').Decide>} */
export async function loadDecision() {
  loadTypescript()
  const { decideMatch } = await import('@/lib/question-match/decide-match')
  return decideMatch
}

/** What the app takes where no threshold is set. */
export async function loadDefaultThreshold() {
  loadTypescript()
  const { defaultSimilarityThreshold } = await import('../../lib/embedding/connect')
  return defaultSimilarityThreshold
}

/**
 * The app's own embedder, loaded.
 * @param {string} model a folder or a hub id
 */
async function openEmbedder(model) {
  loadTypescript()
  const { createLocalEmbedder } = await import('../../lib/embedding/local-embedder')
  try {
    const embedder = createLocalEmbedder({ model, similarityThreshold: 0 })
    await embedder.load?.()
    return embedder
  } catch (error) {
    // Its messages are made for the operator and name the setting; here it is an option.
    throw new PairsError(
      error instanceof Error ? error.message.replace('EMBEDDING_MODEL', '--embedding') : String(error),
    )
  }
}

/**
 * @param {string} embedding none or local:MODEL
 * @param {readonly import('./read-pairs.mjs').Pair[]} pairs
 */
export async function similaritiesOf(embedding, pairs) {
  if (embedding === 'none') return null
  const embedder = await openEmbedder(embedding.slice('local:'.length))
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
