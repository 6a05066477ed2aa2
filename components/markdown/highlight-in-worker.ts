import type { CodeLanguage } from '@/components/markdown/code-languages'
import type { CodeRun } from '@/components/markdown/highlight-code'

export type HighlightRequest = { code: string; language: CodeLanguage }
export type HighlightResponse = { type: 'started' | 'failed' } | { type: 'runs'; runs: CodeRun[] }

/** The used part of `Worker`, so that a test can replace it. */
export type HighlightWorker = {
  onmessage: ((event: { data: HighlightResponse }) => void) | null
  onerror: (() => void) | null
  postMessage: (request: HighlightRequest) => void
  terminate: () => void
}

/** Some patterns of highlight.js take minutes for a few kilobytes, and only terminating the worker stops them. */
const deadlineMs = 1000
/** A script or language that has not loaded within this time is abandoned. */
const loadDeadlineMs = 20_000
/** After this many missed deadlines, the code of a page stays plain. Otherwise hostile code could keep a core busy. */
const maxTimeouts = 3

/**
 * Highlights code in a worker, one block at a time, so that the page is not blocked. Resolves to null if the deadline
 * passes or the worker cannot be loaded; the code then stays plain.
 */
export function createHighlighter(startWorker: () => HighlightWorker) {
  let worker: HighlightWorker | null = null
  let timeouts = 0
  let last: Promise<unknown> = Promise.resolve()

  const run = (request: HighlightRequest) =>
    new Promise<CodeRun[] | null>((resolve) => {
      if (timeouts >= maxTimeouts) return resolve(null)
      worker ??= startWorker()
      const end = (runs: CodeRun[] | null, isUsable: boolean) => {
        clearTimeout(timer)
        if (!isUsable) {
          worker?.terminate()
          worker = null
        }
        resolve(runs)
      }
      const passDeadline = () => {
        timeouts += 1
        end(null, false)
      }
      let timer = setTimeout(() => end(null, false), loadDeadlineMs)
      worker.onerror = () => end(null, false)
      worker.onmessage = ({ data }) => {
        if (data.type === 'runs') return end(data.runs, true)
        if (data.type === 'failed') return end(null, true)
        clearTimeout(timer)
        timer = setTimeout(passDeadline, deadlineMs)
      }
      worker.postMessage(request)
    })

  /** `isWanted` is called when the block is next in the queue, because the block may have left the page by then. */
  return (request: HighlightRequest, isWanted: () => boolean): Promise<CodeRun[] | null> => {
    const result = last.then(() => (isWanted() ? run(request) : null)).catch(() => null)
    last = result
    return result
  }
}

export const highlightInWorker = createHighlighter(
  () => new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' }) as HighlightWorker,
)
