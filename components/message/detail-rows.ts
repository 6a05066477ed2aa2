import type { useFormatter, useTranslations } from 'use-intl'
import { cacheNotice, type ThreadMessage } from '@/components/chat/thread-message'
import { roughAge } from '@/components/message/rough-age'
import type { CacheNotice } from '@/lib/contract/ui-message'

/** The functions that translate and format values in the user's language. */
export type Formatters = {
  t: ReturnType<typeof useTranslations<'answer'>>
  format: Pick<ReturnType<typeof useFormatter>, 'number' | 'list'>
}

function duration({ format }: Formatters, ms: number): string {
  const unit = { style: 'unit', unitDisplay: 'short' } as const
  if (ms < 1000) return format.number(Math.round(ms), { ...unit, unit: 'millisecond' })
  return format.number(ms / 1000, { ...unit, unit: 'second', minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** Formats small amounts with two significant digits, because an answer often costs less than a cent. */
function money({ format }: Formatters, usd: number): string {
  const digits = usd === 0 ? { maximumFractionDigits: 0 } : usd < 0.01 ? { maximumSignificantDigits: 2 } : {}
  return format.number(usd, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...digits })
}

function describeCache({ t, format }: Formatters, cache: CacheNotice): string {
  if (cache.status === 'bypass') return t('cache.bypass')
  if (cache.collapsed) return t('cache.followed')
  if (cache.status === 'miss' || cache.layer === null) return t('cache.miss')
  const { similarity, ageSeconds } = cache
  const percent = similarity === null ? null : format.number(similarity, { style: 'percent', maximumFractionDigits: 1 })
  const parts = [
    t(`cache.${cache.layer}`),
    percent === null ? null : t('cache.similar', { percent }),
    ageSeconds === null ? null : roughAge(t, ageSeconds),
  ]
  return parts.filter((part) => part !== null).join(' · ')
}

function describeSavings(formatters: Formatters, { savedMs, savedUsd }: CacheNotice): string {
  const parts = [
    savedMs === null ? null : duration(formatters, savedMs),
    savedUsd === null ? null : money(formatters, savedUsd),
  ]
  return formatters.format.list(parts.filter((part) => part !== null))
}

const steps = ['auth', 'open', 'cache'] as const

/** Lists the durations on the server before the answer began, and the remaining time, which is the model's. */
function describeTiming(formatters: Formatters, { serverTiming, metadata }: ThreadMessage): string {
  const known = steps.flatMap((name) =>
    serverTiming.filter((timing) => timing.name === name).map(({ ms }) => ({ name, ms })),
  )
  if (known.length === 0) return ''
  // Opening the turn and the cache lookup run in parallel, after authentication.
  const msOf = (step: (typeof steps)[number]) => known.find(({ name }) => name === step)?.ms ?? 0
  const before = msOf('auth') + Math.max(msOf('open'), msOf('cache'))
  const rest = typeof metadata.ttftMs === 'number' ? metadata.ttftMs - before : 0
  const formatStep = (name: (typeof steps)[number] | 'model', ms: number) =>
    [formatters.t(`step.${name}`), duration(formatters, ms)].join(' ')
  return [...known.map(({ name, ms }) => formatStep(name, ms)), ...(rest > 0 ? [formatStep('model', rest)] : [])].join(
    ' · ',
  )
}

/** Returns the details of an answer's generation as rows. Unknown values are left out. */
export function detailRows(
  formatters: Formatters,
  message: ThreadMessage,
  modelName: string | undefined,
): [name: string, value: string][] {
  const { t, format } = formatters
  const { model, usage, costUsd, ttftMs } = message.metadata
  const cache = cacheNotice(message)
  const cached = usage ? format.number(usage.cachedInputTokens) : ''
  const rows: [string, string | null][] = [
    [t('detail.model'), modelName ?? model ?? null],
    [t('detail.tokensIn'), usage ? t('detail.withCached', { count: format.number(usage.inputTokens), cached }) : null],
    [t('detail.tokensOut'), usage ? format.number(usage.outputTokens) : null],
    [t('detail.cost'), typeof costUsd === 'number' ? money(formatters, costUsd) : null],
    [t('detail.ttft'), typeof ttftMs === 'number' ? duration(formatters, ttftMs) : null],
    [t('detail.time'), describeTiming(formatters, message)],
    [t('detail.cache'), cache === null ? null : describeCache(formatters, cache)],
    [t('detail.saved'), cache?.status === 'hit' ? describeSavings(formatters, cache) : null],
  ]
  const known = rows.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []))
  return known.length > 0 ? known : [[t('details'), t('detail.none')]]
}
