import { createTranslator } from 'use-intl/core'
import { expect, it } from 'vitest'
import { languages } from '@/lib/contract/api'
import { messages, parseMessages } from './messages'

it('contains only values that React can pass to a client component', () => {
  const invalid: unknown[] = []
  const visit = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') return
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) invalid.push(value)
    for (const part of Object.values(value as object)) visit(part)
  }
  for (const language of languages) visit(messages[language])
  expect(invalid).toEqual([])
})

it.each([
  [1, '1 fish, b'],
  [3, '3 fishes, b'],
])('parses messages for the formatter of the browser (count %i)', (count, expected) => {
  const text = '{count, plural, one {# fish} other {# fishes}}, {what}'
  const t = createTranslator({
    locale: 'en',
    messages: parseMessages({ a: { text } }) as never,
    namespace: 'a' as never,
  })
  expect(t('text' as never, { count, what: 'b' } as never)).toBe(expected)
})
