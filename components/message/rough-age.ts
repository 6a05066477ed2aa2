import type { useTranslations } from 'use-intl'

/** How old something is, rough on purpose: the age of a shared answer is only known to the hour. */
export function roughAge(t: ReturnType<typeof useTranslations<'answer'>>, seconds: number): string {
  if (seconds < 60) return t('age.moment')
  if (seconds < 5400) return t('age.minutes', { count: Math.round(seconds / 60) })
  if (seconds < 129_600) return t('age.hours', { count: Math.round(seconds / 3600) })
  return t('age.days', { count: Math.round(seconds / 86_400) })
}
