'use client'

import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { asksForApproval } from '@/components/chat/thread-message'
import type { ThreadState } from '@/components/chat/thread-state'

/** Tells a screen reader twice per answer: when it begins and when it ends; once for an answer that is there at once. */
export function TurnAnnouncer({ state }: { state: ThreadState }) {
  const t = useTranslations('answer')
  const [said, setSaid] = useState('')
  // Nothing is said about messages that were there when the page opened.
  const followed = useRef(false)
  const phase = state.running?.phase ?? 'none'
  const last = state.messages.at(-1)
  const status = last?.status ?? 'streaming'
  const asks = last !== undefined && asksForApproval(last)
  useEffect(() => {
    if (phase !== 'none') {
      followed.current = true
      // Emptied first: the same sentence twice in a row would be announced once.
      setSaid(phase === 'writing' ? t('ending.streaming') : '')
    } else if (followed.current && asks) setSaid(t('ending.asks'))
    else if (followed.current) setSaid(status === 'streaming' ? '' : t(`ending.${status}`))
  }, [phase, status, asks, t])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
