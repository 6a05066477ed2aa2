import { formatAge } from '@/components/chat/format-age'
import { cacheNotice, type ThreadMessage } from '@/components/chat/thread-message'
import type { CacheNotice } from '@/lib/contract/ui-message'

const layers = { exact: 'the same question', words: 'the same words', semantic: 'a question that means the same' }

const formatMs = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

/** Two significant digits: an answer costs a fraction of a cent, and `$0.00` would say nothing. */
const formatUsd = (usd: number) =>
  usd === 0 ? '$0' : `$${usd < 0.01 ? Number(usd.toPrecision(2)).toFixed(6).replace(/0+$/, '') : usd.toFixed(2)}`

function cacheWords(cache: CacheNotice): string {
  if (cache.status === 'bypass') return 'not asked'
  if (cache.collapsed) return 'the same was being answered, and was followed'
  if (cache.status === 'miss' || cache.layer === null) return 'no stored answer fitted'
  const similarity = cache.similarity === null ? '' : `, ${(cache.similarity * 100).toFixed(1)} % similar`
  const age = cache.ageSeconds === null ? '' : `, ${formatAge(cache.ageSeconds)}`
  return `answer to ${layers[cache.layer]}${similarity}${age}`
}

function savedWords({ savedMs, savedUsd }: CacheNotice): string {
  const parts = [savedMs === null ? null : formatMs(savedMs), savedUsd === null ? null : formatUsd(savedUsd)]
  return parts.filter((part) => part !== null).join(' and ')
}

/** What is known about how an answer was made. A row whose value nobody knows is left out. */
export function detailRows(message: ThreadMessage, modelName: string | undefined): [name: string, value: string][] {
  const { model, usage, costUsd, ttftMs } = message.metadata
  const cache = cacheNotice(message)
  const rows: [string, string | null][] = [
    ['Model', modelName ?? model ?? null],
    ['Tokens in', usage ? `${usage.inputTokens} (${usage.cachedInputTokens} cached)` : null],
    ['Tokens out', usage ? String(usage.outputTokens) : null],
    ['Cost', typeof costUsd === 'number' ? formatUsd(costUsd) : null],
    ['Time to first token', typeof ttftMs === 'number' ? formatMs(ttftMs) : null],
    ['Answer cache', cache === null ? null : cacheWords(cache)],
    ['Saved', cache?.status === 'hit' ? savedWords(cache) : null],
  ]
  const known = rows.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []))
  return known.length > 0 ? known : [['Details', 'none were recorded']]
}
