import { createTranslator } from 'use-intl/core'
import { expect, it } from 'vitest'
import { roughAge } from '@/components/message/rough-age'
import { messages } from '@/lib/i18n/messages'

const t = createTranslator({ locale: 'en', messages: messages.en, namespace: 'answer' })

it.each([
  [3, 'a moment old'],
  [60, '1 min old'],
  [310, '5 min old'],
  [3600, '60 min old'],
  [7200, '2 h old'],
  [172_800, '2 days old'],
])('formats %i seconds as "%s"', (seconds, expected) => {
  expect(roughAge(t, seconds)).toBe(expected)
})
