'use client'
import { ArrowDown, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { IconButton } from '@/components/ui/button'

const lifted = 'mx-auto rounded-full border border-line bg-lift shadow-lift'

export function ToNewestButton({ onClick }: { onClick: () => void }) {
  const t = useTranslations('thread')
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={t('toNewest')}
      title={t('toNewest')}
      className={`${lifted} absolute inset-x-0 bottom-3 grid size-10 place-items-center text-soft hover:text-ink`}
    >
      <ArrowDown aria-hidden="true" className="size-5" />
    </button>
  )
}

/**
 * Shown below the messages if newer ones exist but are not loaded. It takes its own space, so that it never
 * covers text.
 */
export function EarlierPlaceBar({ onLeave }: { onLeave: () => void }) {
  const t = useTranslations('thread')
  return (
    <div className={`${lifted} mb-2 flex w-fit max-w-[calc(100%-2rem)] items-center gap-3 py-1 ps-4 pe-1.5 text-sm`}>
      <span className="text-soft">{t('earlierPlace')}</span>
      <button
        type="button"
        onClick={onLeave}
        className="rounded-full px-2.5 py-1.5 font-medium whitespace-nowrap text-accent hover:bg-hover"
      >
        {t('toNewest')}
      </button>
    </div>
  )
}

const atTop = `${lifted} absolute inset-x-0 top-2 flex w-fit max-w-[calc(100%-2rem)] items-center gap-1 py-0.5 ps-4 pe-1 text-sm`

/** Shown if the URL names a message that is not in this conversation. */
export function MessageGoneNotice({ onDismiss }: { onDismiss: () => void }) {
  const t = useTranslations('thread')
  return (
    <div role="status" className={atTop}>
      {t('messageGone')}
      <IconButton label={t('dismiss')} onClick={onDismiss}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  )
}

type MessageNotLoadedNoticeProps = { failure: Failure; onRetry: () => void; onDismiss: () => void }

/** Shown if the message named in the URL could not be loaded. The messages on the page stay visible. */
export function MessageNotLoadedNotice({ failure, onRetry, onDismiss }: MessageNotLoadedNoticeProps) {
  const t = useTranslations('thread')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  return (
    <div role="alert" className={atTop}>
      <span>
        {t('messageNotLoaded')} {errorMessage(failure)}
      </span>
      <button
        type="button"
        onClick={onRetry}
        className="rounded-full px-2.5 py-1.5 font-medium whitespace-nowrap text-accent hover:bg-hover"
      >
        {common('retry')}
      </button>
      <IconButton label={t('dismiss')} onClick={onDismiss}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  )
}
