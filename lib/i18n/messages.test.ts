import { createTranslator } from 'use-intl/core'
import { expect, it } from 'vitest'
import { languages } from '@/lib/contract/api'
import { messages, parseMessages } from './messages'

it('gives what React can hand to a component: plain objects, arrays and strings', () => {
  const strange: unknown[] = []
  const look = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') return
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) strange.push(value)
    for (const part of Object.values(value as object)) look(part)
  }
  for (const language of languages) look(messages[language])
  expect(strange).toEqual([])
})

it.each([
  [1, '1 fish, b'],
  [3, '3 fishes, b'],
])('speaks through the formatter that the browser gets (%i)', (count, said) => {
  const text = '{count, plural, one {# fish} other {# fishes}}, {what}'
  const t = createTranslator({
    locale: 'en',
    messages: parseMessages({ a: { text } }) as never,
    namespace: 'a' as never,
  })
  expect(t('text' as never, { count, what: 'b' } as never)).toBe(said)
})
