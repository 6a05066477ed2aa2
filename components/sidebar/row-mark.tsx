import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'use-intl'

/** What is news about a conversation: an answer is being written, or has ended while nobody looked. */
export function RowMark({ running, unseen }: { running: boolean; unseen: boolean }) {
  const t = useTranslations('sidebar')
  if (!running && !unseen) return null
  return (
    <span className="grid size-5 shrink-0 place-items-center">
      {running ? (
        <LoaderCircle aria-hidden="true" className="size-3.5 animate-spin text-soft" />
      ) : (
        <span className="size-2 rounded-full bg-accent" />
      )}
      <span className="sr-only">{running ? t('row.running') : t('row.unseen')}</span>
    </span>
  )
}
