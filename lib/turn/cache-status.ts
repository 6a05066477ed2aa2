import type { CacheNotice } from '@/lib/contract/ui-message'

/** The `Cache-Status` header (RFC 9211) that says the same as the `data-cache` part. */
export function cacheStatusHeader(notice: CacheNotice): string {
  switch (notice.status) {
    case 'bypass':
      return 'goldfish; fwd=bypass'
    case 'miss':
      return notice.collapsed ? 'goldfish; fwd=miss; collapsed' : 'goldfish; fwd=miss'
    case 'hit': {
      const similarity = notice.similarity === null ? '' : ` similarity=${notice.similarity.toFixed(3)};`
      return `goldfish; hit; detail="${notice.layer};${similarity} age=${notice.ageSeconds}"`
    }
  }
}
