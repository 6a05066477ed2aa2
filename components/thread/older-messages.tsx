'use client'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { Notice, NoticeAction } from '@/components/ui/notice'

type OlderMessagesProps = { loading: boolean; failure: Failure | null; onLoad: () => void }

/**
 * Loads older messages well before the user scrolls to them, so that a page usually arrives while one screen is
 * read.
 */
export function OlderMessages({ loading, failure, onLoad }: OlderMessagesProps) {
  const t = useTranslations('thread')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const ref = useRef<HTMLDivElement>(null)
  const waiting = !loading && failure === null
  useEffect(() => {
    const element = ref.current
    if (element === null || !waiting) return
    // `rootMargin` applies only to the observer's root, so the root must be the scrolling element, not the
    // window.
    const root = element.closest('[role=log]')
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoad(), {
      root,
      rootMargin: '1200px 0px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [waiting, onLoad])
  return (
    <div ref={ref} className="reading-width pb-8">
      {failure === null ? (
        // Rendered even when nothing is loading, so that the messages below do not move when loading begins.
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
        <Notice message={errorMessage(failure)}>
          <NoticeAction label={common('retry')} onAct={onLoad} />
        </Notice>
      )}
    </div>
  )
}
