import { loadTypescript } from './load-typescript.mjs'
import { measureSimilarities } from './measure-similarities.mjs'
import { PairsError } from './read-pairs.mjs'
import { showProgress } from './show-progress.mjs'

/** Loads the match decision of production. @returns {Promise<import('./evaluate-pairs.mjs').Decide>} */
export async function loadDecision() {
  loadTypescript()
  const { decideMatch } = await import('@/lib/question-match/decide-match')
  return decideMatch
}

/** Loads the similarity threshold that the app uses if none is configured. */
export async function loadDefaultThreshold() {
  loadTypescript()
  const { defaultSimilarityThreshold } = await import('../../lib/embedding/connect')
  return defaultSimilarityThreshold
}

/**
 * Opens the app's local embedder with its model loaded. Throws `PairsError` if the model cannot be loaded.
 * @param {string} model A folder or a hub id
 */
async function openEmbedder(model) {
  loadTypescript()
  const { createLocalEmbedder } = await import('../../lib/embedding/local-embedder')
  try {
    const embedder = createLocalEmbedder({ model, similarityThreshold: 0 })
    await embedder.load?.()
    return embedder
  } catch (error) {
    // The embedder's messages name the setting of the app; the user of this command passed an option instead.
    throw new PairsError(
      error instanceof Error ? error.message.replace('EMBEDDING_MODEL', '--embedding') : String(error),
    )
  }
}

/**
 * Returns the cosine of each pair, or null if the embedding is `none`.
 * @param {string} embedding `none` or `local:MODEL`
 * @param {readonly import('./read-pairs.mjs').Pair[]} pairs
 */
export async function similaritiesOf(embedding, pairs) {
  if (embedding === 'none') return null
  const embedder = await openEmbedder(embedding.slice('local:'.length))
  return measureSimilarities(embedder, pairs, showProgress('embedding'))
}

/** Runs a command and prints a `PairsError` as one line without a stack. @param {() => Promise<void>} command */
export async function runCommandLine(command) {
  try {
    await command()
  } catch (error) {
    if (!(error instanceof PairsError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
