/** @typedef {import('./read-questions.mjs').Question} Question */
/** @typedef {import('../../lib/actions/warm-question').Warmed} Warmed */

/** At the same time; more would be a burden for a model that others are using. */
const workers = 4
/** So many failures one after another are no accident. */
const mostFailures = 10

/**
 * Warms one question after another, a few at a time, until all are done, too many fail, or the signal says to stop; what has
 * begun by then is finished.
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
    while (!signal.aborted && failuresInRow < mostFailures) {
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
