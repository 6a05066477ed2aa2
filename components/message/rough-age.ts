import type { useTranslations } from 'use-intl'

/**
 * Formats an age with low precision, because the age of an answer from the shared cache is known only to the
 * hour.
 */
export function roughAge(t: ReturnType<typeof useTranslations<'answer'>>, seconds: number): string {
  if (seconds < 60) return t('age.moment')
  if (seconds < 5400) return t('age.minutes', { count: Math.round(seconds / 60) })
  if (seconds < 129_600) return t('age.hours', { count: Math.round(seconds / 3600) })
  return t('age.days', { count: Math.round(seconds / 86_400) })
}
