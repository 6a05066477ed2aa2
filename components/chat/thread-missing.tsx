'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { RefusalNotice } from '@/components/chat/refusal-notice'

/** A conversation that could not be opened: gone for good, or only out of reach. */
export function ThreadMissing({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const t = useTranslations('chat')
  if (failure.code === 'not_found' || failure.code === 'invalid_request') {
    return (
      <div className="reading-width flex flex-1 flex-col items-center justify-center gap-3 text-center">
        <h1 className="text-2xl font-semibold tracking-tight">{t('missing.title')}</h1>
        <p className="text-soft">{t('missing.words')}</p>
        <Link href="/" prefetch={false} className="rounded font-medium text-accent underline underline-offset-4">
          {t('missing.new')}
        </Link>
      </div>
    )
  }
  return (
    <div className="reading-width flex-1 pt-6">
      <RefusalNotice failure={failure} onRetry={onRetry} />
    </div>
  )
}
