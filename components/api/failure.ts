import type { Problem } from '@/lib/contract/api'

/** The reason why a request failed, ready to be shown on the page. */
export type Failure = {
  /**
   * `network`: no response arrived. `unreadable`: the response is not a problem document, for example a proxy's
   * error page.
   */
  code: Problem['code'] | 'network' | 'unreadable'
  /** The server's English message. `useErrorMessage` returns it in the user's language. */
  message: string
  retryAfterSeconds?: number
}

export const networkFailure: Failure = {
  code: 'network',
  message: 'Can’t reach Goldfish. Check your connection and try again.',
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'title' in body

/** Joins the detail of a problem, the first invalid field, and the time to wait into one message. */
function problemMessage(problem: Problem): string {
  const fieldMessage = problem.errors?.[0]?.message
  const detail = problem.detail || problem.title
  const sentence = fieldMessage === undefined || detail.includes(fieldMessage) ? detail : `${detail} ${fieldMessage}`
  return problem.retryAfter === undefined ? sentence : `${sentence} Try again in ${formatWait(problem.retryAfter)}.`
}

function formatWait(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}

export async function readFailure(response: Response): Promise<Failure> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) {
    const wait = body.retryAfter === undefined ? {} : { retryAfterSeconds: body.retryAfter }
    return { code: body.code, message: problemMessage(body), ...wait }
  }
  return { code: 'unreadable', message: `The server answered with status ${response.status}. Try again.` }
}
