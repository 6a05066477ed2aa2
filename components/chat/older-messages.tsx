'use client'

import { useEffect, useRef } from 'react'
import type { Failure } from '@/components/api/failure'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

type OlderMessagesProps = { loading: boolean; failure: Failure | null; onLoad: () => void }

/** Asks for older messages shortly before they are scrolled to. */
export function OlderMessages({ loading, failure, onLoad }: OlderMessagesProps) {
  const ref = useRef<HTMLDivElement>(null)
  const waiting = !loading && failure === null
  useEffect(() => {
    const element = ref.current
    if (element === null || !waiting) return
    // The margin counts only against the box that scrolls, not against the window.
    const root = element.closest('[role=log]')
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoad(), {
      root,
      rootMargin: '600px 0px',
    })
    near.observe(element)
    return () => near.disconnect()
  }, [waiting, onLoad])
  return (
    <div ref={ref} className="reading-width pb-6 text-center text-sm text-soft">
      {failure === null ? (
        <span role="status">{loading ? 'Loading older messages…' : '\u00a0'}</span>
      ) : (
        <Notice message={failure.message}>
          <NoticeAction label="Retry" onAct={onLoad} />
        </Notice>
      )}
    </div>
  )
}
