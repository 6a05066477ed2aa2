import { expect, test } from 'vitest'
import { isPersonal } from './cacheable-turn'

test.each([
  'What should I eat with my allergy?',
  'Is our contract valid?',
  'I’m 34, how much protein?',
  'Can I take ibuprofen with aspirin?',
  'Write to ada@example.com',
  'Who is @goldfish_fan?',
  'Call +44 (0)20 7946 0958',
  'Is 4111 1111 1111 1111 a valid card?',
  'Who lives at 12 Long Acre Road?',
  'Was ist in der Lange Straße 12?',
  'What did Dr. Smith write?',
  'do i have covid',
  'Rate this for me',
])('isPersonal returns true for "%s"', (text) => expect(isPersonal(text)).toBe(true))

test.each([
  'What is the capital of France?',
  'How do I reverse a list in Python?',
  'How can I boil an egg?',
  'Who wrote Faust in 1808?',
  'What is 123456?',
  'Convert 10,000 miles to kilometres',
  'What is the difference between PM 2.5 and PM 10?',
  'How does dynamic typing differ from static typing?',
])('isPersonal returns false for "%s"', (text) => expect(isPersonal(text)).toBe(false))

test('isPersonal handles long repetitive texts without timing out', () => {
  for (const piece of ['1 ', 'a.', '12 a ', '@', 'straße ', '(1-'])
    expect(typeof isPersonal(piece.repeat(Math.ceil(65_536 / piece.length)))).toBe('boolean')
})
