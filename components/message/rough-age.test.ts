import { createTranslator } from 'use-intl/core'
import { expect, it } from 'vitest'
import { roughAge } from '@/components/message/rough-age'
import { messages } from '@/lib/i18n/messages'

const t = createTranslator({ locale: 'en', messages: messages.en, namespace: 'answer' })

it.each([
  [3, 'a moment ago'],
  [60, '1 min ago'],
  [310, '5 min ago'],
  [3600, '60 min ago'],
  [7200, '2 h ago'],
  [172_800, '2 days ago'],
])('formats %i seconds as "%s"', (seconds, expected) => {
  expect(roughAge(t, seconds)).toBe(expected)
})
