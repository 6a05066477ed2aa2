/** @typedef {import('./read-questions.mjs').Question} Question */
/** @typedef {import('../../lib/actions/warm-question').Warmed} Warmed */

/** Number of questions that are asked at the same time. More would slow down the model for its users. */
const workers = 4
/** Warming stops after this many failures in a row, because the cause will most likely affect all questions. */
const maxFailures = 10

/**
 * Warms a few questions at a time until all are done, too many have failed, or the signal aborts. Questions that have
 * been started are finished.
 * @param {readonly Question[]} questions
 * @param {(question: Question) => Promise<Warmed>} warm
 * @param {{ signal: AbortSignal, onDone: (question: Question, warmed: Warmed, done: number) => void }} options
 * @returns {Promise<{ counts: Record<Warmed['status'], number>, left: number }>}
 */
export async function warmQuestions(questions, warm, { signal, onDone }) {
  const left = [...questions]
  const counts = { stored: 0, kept: 0, refused: 0, failed: 0 }
  let failuresInRow = 0
  let done = 0
  const work = async () => {
    while (!signal.aborted && failuresInRow < maxFailures) {
      const question = left.shift()
      if (!question) return
      const warmed = await warm(question)
      counts[warmed.status] += 1
      failuresInRow = warmed.status === 'failed' ? failuresInRow + 1 : 0
      done += 1
      onDone(question, warmed, done)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return { counts, left: left.length }
}
