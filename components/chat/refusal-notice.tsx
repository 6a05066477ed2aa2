'use client'

import { usePathname } from 'next/navigation'
import { useMemo } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { useFailureWords } from '@/components/api/use-failure-words'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

/** From here on the clock says more than a number of minutes. */
const longWaitSeconds = 90

/** Why the server did not take a message, right above the box that has the text back. */
export function RefusalNotice({ failure, onRetry }: { failure: Failure; onRetry: (() => void) | null }) {
  const t = useTranslations('chat')
  const common = useTranslations('common')
  const words = useFailureWords()
  const comeBack = useComeBack(failure)
  const pathname = usePathname()
  if (failure.code === 'unauthenticated') {
    const signIn = () => window.location.assign(`/sign-in?next=${encodeURIComponent(pathname)}`)
    return (
      <Notice message={t('signedOut')}>
        <NoticeAction label={t('signIn')} onAct={signIn} />
      </Notice>
    )
  }
  return (
    <Notice message={comeBack === null ? words(failure) : `${words(failure)} ${t('comeBack', { time: comeBack })}`}>
      {onRetry !== null && <NoticeAction label={common('retry')} onAct={onRetry} />}
    </Notice>
  )
}

/** The time of day from which on it can be tried again, where that is not in a moment; with the day if it is another. */
function useComeBack(failure: Failure): string | null {
  const format = useFormatter()
  return useMemo(() => {
    const seconds = failure.retryAfterSeconds
    if (seconds === undefined || seconds < longWaitSeconds) return null
    const now = new Date()
    const then = new Date(now.getTime() + seconds * 1000)
    const day = then.toDateString() === now.toDateString() ? {} : ({ weekday: 'long' } as const)
    return format.dateTime(then, { ...day, hour: 'numeric', minute: '2-digit' })
  }, [failure, format])
}
