'use client'
import { useCallback } from 'react'
import { type Messages, useTranslations } from 'use-intl'

type TranslatableFailure = { code: string; message: string; retryAfterSeconds?: number }

type ErrorCode = keyof Messages['error']

/**
 * Returns a function that translates failures of the API and of sign-in. Codes without a translation keep the
 * server's message.
 */
export function useErrorMessage(): (failure: TranslatableFailure) => string {
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
