import { Zap } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { roughAge } from '@/components/chat/rough-age'
import type { CacheNotice } from '@/lib/contract/ui-message'

/** Says quietly that nobody was asked just now, and offers to ask. `onAskAgain` is null while that is not possible. */
export function CacheBadge({ cache, onAskAgain }: { cache: CacheNotice; onAskAgain: (() => void) | null }) {
  const t = useTranslations('answer')
  const age = cache.ageSeconds === null ? null : roughAge(t, cache.ageSeconds)
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-soft">
      <Zap aria-hidden="true" className="size-3.5 fill-scale text-scale" />
      <span>{age === null ? t('instant') : t('instantOld', { age })}</span>
      {onAskAgain !== null && (
        <button
          type="button"
          onClick={onAskAgain}
          className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2"
        >
          {t('askAgain')}
        </button>
      )}
    </p>
  )
}
