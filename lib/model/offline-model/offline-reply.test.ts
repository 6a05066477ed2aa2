import { describe, expect, test } from 'vitest'
import { type OfflineMessage, offlineReply } from './offline-reply'

const user = (text: string): OfflineMessage => ({ role: 'user', text })
const conversation = [
  user('My name is Ada.'),
  { role: 'assistant' as const, text: 'What is 1+1?' },
  user('A joke, please'),
]
const reply = (question: string) => offlineReply([...conversation, user(question)])

describe('offlineReply', () => {
  test.each([
    ['What is 2 + 2 * 3?', '`2 + 2 * 3` is **8**.'],
    ['0.1 + 0.2 =', '**0.3**'],
    ['1 / 0', 'divides by zero'],
    ['What did I ask first?', '> My name is Ada.'],
    ["What's my name?", '**Ada**'],
    ['what was my first question', '> My name is Ada.'],
    ['What did I just say?', '> A joke, please'],
    ['What did I ask before?', '1. My name is Ada.\n2. A joke, please'],
    ['Summarize our conversation so far', '1. My name is Ada.\n2. A joke, please'],
    ['How many messages have I sent?', '**2** before this one'],
    ['Count to 10', '1, 2, 3, 4, 5, 6, 7, 8, 9, 10'],
    ['count down from 3', '3, 2, 1'],
    ['How many r are in strawberry?', '**3**'],
    ['How many words are in: the quick brown fox', '**4** words'],
    ['Name three planets', '1. Mercury\n2. Venus\n3. Earth'],
    ['list 20 colours', 'I know only 10'],
    ['Show me a table', '| --- |'],
    ['a code block in Python', '```python\n'],
    ['Write a long text', '**12.**'],
    ['reverse: hello', 'olleh'],
    ['Bonjour', 'Bonjour !'],
    ['Привет', 'демо-модель'],
    ['Who are you?', 'not a language model'],
    ['What time is it?', 'no clock'],
  ])('answers %j with a text that contains %j', (question, part) => {
    expect(reply(question)).toContain(part)
  })
})

describe('offlineReply for an unknown question', () => {
  test.each([
    'What is the capital of France?',
    'How do I sort a list in Python?',
    'What is a table?',
    '2026-11-21',
    'C++',
    '5',
    '',
    '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u202e',
    'constructor',
    '__proto__',
  ])('states that it cannot answer %j and lists what it can do', (question) => {
    expect(reply(question)).toMatch(/^I'm the built-in \*\*demo model\*\*, so I can't answer that\. I can:\n\n- /)
  })
})

test('answers questions about earlier messages in the first message of a conversation', () => {
  expect(offlineReply([user('What did I ask before?')])).toContain('first message')
  expect(offlineReply([user('What is my name?')])).toContain('told me your name yet')
  expect(offlineReply([])).toContain('demo model')
})

test('returns the same reply for the same messages', () => {
  expect(reply('Tell me anything')).toBe(reply('Tell me anything'))
})

test('quotes every line of a message that contains Markdown', () => {
  expect(offlineReply([user('one\n\n# two'), user('What did I just say?')])).toContain('> one\n> \n> # two')
})

test('answers texts that are expensive for regular expressions within a second', () => {
  const startedAt = performance.now()
  for (const piece of ['list ', 'did i ', 'list 1 ', 'how many r in ', '(', '1+', 'my name is ', '"', 'x\n'])
    for (const length of [400, 65_536]) reply(piece.repeat(length).slice(0, length))
  expect(performance.now() - startedAt).toBeLessThan(1000)
})
