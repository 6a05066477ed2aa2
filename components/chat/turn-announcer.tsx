'use client'

import { useEffect, useRef, useState } from 'react'
import type { ThreadState } from '@/components/chat/thread-state'

const endings = {
  complete: 'The answer is finished.',
  truncated: 'The answer is finished, but cut short.',
  stopped: 'The answer was stopped.',
  interrupted: 'The answer was interrupted.',
  failed: 'The answer failed.',
  lost: 'The connection was lost.',
  streaming: '',
}

/** Tells a screen reader twice per answer: when it begins and when it ends; once for an answer that is there at once. */
export function TurnAnnouncer({ state }: { state: ThreadState }) {
  const [said, setSaid] = useState('')
  // Nothing is said about messages that were there when the page opened.
  const followed = useRef(false)
  const phase = state.running?.phase ?? 'none'
  const status = state.messages.at(-1)?.status ?? 'streaming'
  useEffect(() => {
    if (phase !== 'none') {
      followed.current = true
      // Emptied first: the same sentence twice in a row would be announced once.
      setSaid(phase === 'writing' ? 'Goldfish is answering.' : '')
    } else if (followed.current) setSaid(endings[status])
  }, [phase, status])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
