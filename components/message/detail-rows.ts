import type { useFormatter, useTranslations } from 'use-intl'
import { cacheNotice, type ThreadMessage } from '@/components/chat/thread-message'
import { roughAge } from '@/components/message/rough-age'
import type { CacheNotice } from '@/lib/contract/ui-message'

/** How a value is said in the reader's language. */
export type Speech = {
  t: ReturnType<typeof useTranslations<'answer'>>
  format: Pick<ReturnType<typeof useFormatter>, 'number' | 'list'>
}

function duration({ format }: Speech, ms: number): string {
  const unit = { style: 'unit', unitDisplay: 'short' } as const
  if (ms < 1000) return format.number(Math.round(ms), { ...unit, unit: 'millisecond' })
  return format.number(ms / 1000, { ...unit, unit: 'second', minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** Two significant digits: an answer costs a fraction of a cent, and `$0.00` would say nothing. */
function money({ format }: Speech, usd: number): string {
  const digits = usd === 0 ? { maximumFractionDigits: 0 } : usd < 0.01 ? { maximumSignificantDigits: 2 } : {}
  return format.number(usd, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...digits })
}

function cacheWords({ t, format }: Speech, cache: CacheNotice): string {
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

function savedWords(speech: Speech, { savedMs, savedUsd }: CacheNotice): string {
  const parts = [
    savedMs === null ? null : duration(speech, savedMs),
    savedUsd === null ? null : money(speech, savedUsd),
  ]
  return speech.format.list(parts.filter((part) => part !== null))
}

const steps = ['auth', 'open', 'cache'] as const

/** The server's own steps before the answer began, and the rest of the wait: the model's. */
function timeWords(speech: Speech, { serverTiming, metadata }: ThreadMessage): string {
  const known = steps.flatMap((name) =>
    serverTiming.filter((timing) => timing.name === name).map(({ ms }) => ({ name, ms })),
  )
  if (known.length === 0) return ''
  // Opening the turn and looking into the cache run side by side, after the look at who is asking.
  const msOf = (step: (typeof steps)[number]) => known.find(({ name }) => name === step)?.ms ?? 0
  const before = msOf('auth') + Math.max(msOf('open'), msOf('cache'))
  const rest = typeof metadata.ttftMs === 'number' ? metadata.ttftMs - before : 0
  const said = (name: (typeof steps)[number] | 'model', ms: number) =>
    [speech.t(`step.${name}`), duration(speech, ms)].join(' ')
  return [...known.map(({ name, ms }) => said(name, ms)), ...(rest > 0 ? [said('model', rest)] : [])].join(' · ')
}

/** What is known about how an answer was made. A row whose value nobody knows is left out. */
export function detailRows(
  speech: Speech,
  message: ThreadMessage,
  modelName: string | undefined,
): [name: string, value: string][] {
  const { t, format } = speech
  const { model, usage, costUsd, ttftMs } = message.metadata
  const cache = cacheNotice(message)
  const cached = usage ? format.number(usage.cachedInputTokens) : ''
  const rows: [string, string | null][] = [
    [t('detail.model'), modelName ?? model ?? null],
    [t('detail.tokensIn'), usage ? t('detail.withCached', { count: format.number(usage.inputTokens), cached }) : null],
    [t('detail.tokensOut'), usage ? format.number(usage.outputTokens) : null],
    [t('detail.cost'), typeof costUsd === 'number' ? money(speech, costUsd) : null],
    [t('detail.ttft'), typeof ttftMs === 'number' ? duration(speech, ttftMs) : null],
    [t('detail.time'), timeWords(speech, message)],
    [t('detail.cache'), cache === null ? null : cacheWords(speech, cache)],
    [t('detail.saved'), cache?.status === 'hit' ? savedWords(speech, cache) : null],
  ]
  const known = rows.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []))
  return known.length > 0 ? known : [[t('details'), t('detail.none')]]
}
