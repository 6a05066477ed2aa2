import { useTranslations } from 'use-intl'

/** What stands in the place of a conversation while it is being loaded. */
export function ThreadSkeleton() {
  const t = useTranslations('chat')
  return (
    <div role="status" className="reading-width flex-1 animate-pulse space-y-6 pt-6">
      <span className="sr-only">{t('loading')}</span>
      <div className="ms-auto h-11 w-2/5 rounded-3xl bg-card" />
      <div className="space-y-3">
        <div className="h-4 w-full rounded bg-card" />
        <div className="h-4 w-11/12 rounded bg-card" />
        <div className="h-4 w-3/5 rounded bg-card" />
      </div>
    </div>
  )
}
