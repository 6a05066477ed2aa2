import { Zap } from 'lucide-react'
import { formatAge } from '@/components/chat/format-age'
import type { CacheNotice } from '@/lib/contract/ui-message'

/** Says quietly that nobody was asked just now, and offers to ask. `onAskAgain` is null while that is not possible. */
export function CacheBadge({ cache, onAskAgain }: { cache: CacheNotice; onAskAgain: (() => void) | null }) {
  const age = cache.ageSeconds === null ? '' : `, ${formatAge(cache.ageSeconds)}`
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-soft">
      <Zap aria-hidden="true" className="size-3.5 fill-scale text-scale" />
      <span>Instant · from an earlier answer{age}</span>
      {onAskAgain !== null && (
        <button
          type="button"
          onClick={onAskAgain}
          className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2"
        >
          Ask again
        </button>
      )}
    </p>
  )
}
