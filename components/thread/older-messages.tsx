'use client'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { type Failure, useErrorMessage } from '@/components/api/failure'
import { Notice, NoticeAction } from '@/components/ui/notice'

type OlderMessagesProps = { loading: boolean; failure: Failure | null; onLoad: () => void }

/** Asks for older messages well before they are scrolled to: a page of them arrives while one screen is read. */
export function OlderMessages({ loading, failure, onLoad }: OlderMessagesProps) {
  const t = useTranslations('thread')
  const common = useTranslations('common')
  const words = useErrorMessage()
  const ref = useRef<HTMLDivElement>(null)
  const waiting = !loading && failure === null
  useEffect(() => {
    const element = ref.current
    if (element === null || !waiting) return
    // The margin counts only against the box that scrolls, not against the window.
    const root = element.closest('[role=log]')
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoad(), {
      root,
      rootMargin: '1200px 0px',
    })
    near.observe(element)
    return () => near.disconnect()
  }, [waiting, onLoad])
  return (
    <div ref={ref} className="reading-width pb-8">
      {failure === null ? (
        // Always there, loading or not: what stands below must not move when it begins.
        <div className="space-y-3">
          <p role="status" className="sr-only">
            {loading && t('loadingOlder')}
          </p>
          <div className={`space-y-3 ${loading ? 'animate-pulse' : ''}`} aria-hidden="true">
            <div className="ms-auto h-11 w-2/5 rounded-3xl bg-card" />
            <div className="h-4 w-full rounded bg-card" />
            <div className="h-4 w-3/5 rounded bg-card" />
          </div>
        </div>
      ) : (
        <Notice message={words(failure)}>
          <NoticeAction label={common('retry')} onAct={onLoad} />
        </Notice>
      )}
    </div>
  )
}
