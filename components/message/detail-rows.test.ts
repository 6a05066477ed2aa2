import { createFormatter, createTranslator } from 'use-intl/core'
import { describe, expect, it } from 'vitest'
import { awaitedAnswer, type ThreadMessage } from '@/components/chat/thread-message'
import { detailRows, type Formatters } from '@/components/message/detail-rows'
import { messages } from '@/lib/i18n/messages'

const formatters: Formatters = {
  t: createTranslator({ locale: 'en', messages: messages.en, namespace: 'answer' }),
  format: createFormatter({ locale: 'en' }),
}
const answer = (parts: ThreadMessage['parts'], metadata: ThreadMessage['metadata']): ThreadMessage => ({
  ...awaitedAnswer('t'),
  parts,
  metadata,
})

describe('detailRows', () => {
  it('lists the model, tokens, cost and durations of an answer', () => {
    const usage = { inputTokens: 1200, cachedInputTokens: 800, outputTokens: 90 }
    const serverTiming = [
      { name: 'open', ms: 9 },
      { name: 'auth', ms: 4 },
      { name: 'cache', ms: 2 },
      { name: 'other', ms: 1 },
    ]
    const generated = { ...answer([], { model: 'm-1', usage, costUsd: 0.000412, ttftMs: 1234 }), serverTiming }
    expect(detailRows(formatters, generated, 'Model One')).toEqual([
      ['Model', 'Model One'],
      ['Input tokens', '1,200 (800 cached)'],
      ['Output tokens', '90'],
      ['Cost', '$0.00041'],
      ['Time to first token', '1.2 sec'],
      ['Time breakdown', 'sign-in check 4 ms · save 9 ms · cache 2 ms · model 1.2 sec'],
    ])
  })

  it('lists the origin and the savings of a cached answer', () => {
    const hit = { status: 'hit', layer: 'semantic', similarity: 0.9721, ageSeconds: 310, savedMs: 840, savedUsd: 0.02 }
    const rows = detailRows(formatters, answer([{ type: 'data-cache', data: hit as never }], { costUsd: 0 }), undefined)
    expect(rows).toEqual([
      ['Cost', '$0'],
      ['Instant answer', 'similar question · 97.2% match · 5 min ago'],
      ['Saved', '840 ms and $0.02'],
    ])
  })

  it('reports that the answer of another turn was followed', () => {
    const miss = { status: 'miss', collapsed: true, layer: null, similarity: null, ageSeconds: null }
    const data = { ...miss, savedMs: null, savedUsd: null } as never
    expect(detailRows(formatters, answer([{ type: 'data-cache', data }], {}), undefined)).toEqual([
      ['Instant answer', 'shared with an identical request'],
    ])
  })

  it('returns at least one row of details', () => {
    expect(detailRows(formatters, answer([], {}), undefined)).toHaveLength(1)
  })
})
