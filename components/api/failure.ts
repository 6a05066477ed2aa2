'use client'
import { useCallback } from 'react'
import { type Messages, useTranslations } from 'use-intl'
import type { Problem } from '@/lib/contract/api'

/** Why a request failed, in the form the page shows it. */
export type Failure = {
  /** `network`: no answer came. `unreadable`: one came, but not in our words (a proxy's error page). */
  code: Problem['code'] | 'network' | 'unreadable'
  /** In the server's English; `useErrorMessage` says it in the reader's language. */
  message: string
  retryAfterSeconds?: number
}

export const networkFailure: Failure = {
  code: 'network',
  message: 'Goldfish cannot be reached. Check your connection and try again.',
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'title' in body

/** The sentence for a person: what happened, and when to come back where the server says so. */
function wordsOf(problem: Problem): string {
  const said = problem.errors?.[0]?.message
  const detail = problem.detail || problem.title
  const sentence = said === undefined || detail.includes(said) ? detail : `${detail} ${said}`
  return problem.retryAfter === undefined ? sentence : `${sentence} Try again in ${waitOf(problem.retryAfter)}.`
}

function waitOf(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}

export async function readFailure(response: Response): Promise<Failure> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) {
    const wait = body.retryAfter === undefined ? {} : { retryAfterSeconds: body.retryAfter }
    return { code: body.code, message: wordsOf(body), ...wait }
  }
  return { code: 'unreadable', message: `The server answered with status ${response.status}. Please try again.` }
}

type Shown = { code: string; message: string; retryAfterSeconds?: number }
type ErrorCode = keyof Messages['error']

/** What a failure of the API or of signing in says to the reader; the server's own sentence where we have none. */
export function useErrorMessage(): (failure: Shown) => string {
  const t = useTranslations('error')
  return useCallback(
    ({ code, message, retryAfterSeconds: seconds }) => {
      const key = code.toLowerCase() as Exclude<ErrorCode, `retryIn${string}`>
      if (!t.has(key)) return message
      if (seconds === undefined) return t(key)
      if (seconds < 90) return `${t(key)} ${t('retryInSeconds', { count: Math.max(1, Math.ceil(seconds)) })}`
      if (seconds < 5400) return `${t(key)} ${t('retryInMinutes', { count: Math.ceil(seconds / 60) })}`
      return `${t(key)} ${t('retryInHours', { count: Math.ceil(seconds / 3600) })}`
    },
    [t],
  )
}
