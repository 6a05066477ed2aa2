import { expect, test } from 'vitest'
import { isTimeDependent } from './cacheable-turn'

test.each([
  'What is on today?',
  'What’s today’s date?',
  'What time is it?',
  'Who is the current president?',
  'What is the latest Node version?',
  'Weather in Paris',
  'What is the price of gold?',
  'Who won last night?',
  'What happens next week?',
  'Is the museum open now?',
  'Wie ist das Wetter in Berlin?',
  'Quel est le prix du pain ?',
  '¿Qué hora es ahora?',
  '今日の天気は？',
  '现在几点？',
  'Какая погода сегодня?',
])('isTimeDependent returns true for "%s"', (question) => {
  expect(isTimeDependent(question)).toBe(true)
})

test.each(['How do I know?', 'What is HTML?', 'Who wrote Hamlet?', 'Was ist HTML?', 'How do I sort a list in Go?'])(
  'isTimeDependent returns false for "%s"',
  (question) => {
    expect(isTimeDependent(question)).toBe(false)
  },
)
