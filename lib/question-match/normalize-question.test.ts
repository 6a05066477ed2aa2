import { expect, test } from 'vitest'
import { normalizeQuestion } from './normalize-question'

test.each([
  ['  What is   HTML??', 'What is HTML'],
  ['WHAT IS HTML?', 'what is html'],
  ['What is\nHTML ?', 'what is html!'],
  ['Ｗｈａｔ is ＨＴＭＬ？', 'What is HTML?'],
  ['What’s “HTML”…', 'what\'s "html"'],
  ['cafe\u0301', 'café'],
  ['zero\u200bwidth\ufeff', 'zerowidth'],
  ['pages 3–5', 'pages 3-5'],
])('normalizeQuestion is the same for %j and %j', (a, b) => {
  expect(normalizeQuestion(a)).toBe(normalizeQuestion(b))
})

test.each([
  ['What is 5²?', 'What is 52?'],
  ['What is 1½?', 'What is 11/2?'],
  ['What is 5!', 'What is 5'],
  ['How do I live in the US?', 'How do I live in the us?'],
  ['What is C++?', 'What is C?'],
  ['?', '…'],
  ['!', ' ?'],
  ['```\nIF x\n```', '```\nif x\n```'],
  ['Fix:\n  a\n    b', 'Fix:\n  a\n  b'],
])('normalizeQuestion differs for %j and %j', (a, b) => {
  expect(normalizeQuestion(a)).not.toBe(normalizeQuestion(b))
})

test('normalizeQuestion processes 64,000 full stops or spaces within a second', () => {
  const startedAt = performance.now()
  normalizeQuestion(`${'.'.repeat(64_000)}a`)
  normalizeQuestion(`a${' '.repeat(64_000)}b`)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})

test('normalizeQuestion folds case and white space of a long text, but keeps its compatibility characters', () => {
  const long = (prefix: string) => `${prefix} ${'Ada  wrote a Program. '.repeat(200)}`
  expect(normalizeQuestion(`\n${long('Summarize this:').toUpperCase()}`)).toBe(
    normalizeQuestion(long('summarize  this:').toUpperCase()),
  )
  expect(normalizeQuestion('Ａ')).toBe('a')
  expect(normalizeQuestion(long('Ａ'))).not.toBe(normalizeQuestion(long('A')))
})
