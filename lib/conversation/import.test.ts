import { expect, test } from 'vitest'
import { ImportRefused } from './imported-conversation'
import { parseChatgptExport } from './parse-chatgpt-export'
import { parseGoldfishExport } from './parse-goldfish-export'

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const node = (role: string, text: string | null, parent: string | null, more: object = {}) => ({
  parent,
  message: text === null ? null : { author: { role }, content: { content_type: 'text', parts: [text] }, ...more },
})
const parseTree = (mapping: object, more: object = {}) =>
  parseChatgptExport({ conversation_id: id(1), title: 'Talk', create_time: 1_700_000_000.5, mapping, ...more })
const tree = ({ messages }: ReturnType<typeof parseTree>) =>
  messages.map((one) => [
    one.role,
    one.parts.map((part) => ('text' in part ? part.text : '')).join('|'),
    messages.findIndex((other) => other.id === one.parentId),
  ])

test('imports the visible nodes of a ChatGPT tree with its branches and current node', () => {
  const conversation = parseTree(
    {
      root: node('', null, null),
      system: node('system', 'Be good', 'root'),
      hidden: node('user', 'Profile', 'system', { metadata: { is_visually_hidden_from_conversation: true } }),
      q1: node('user', 'Question', 'hidden'),
      a1: node('assistant', 'First answer', 'q1', { create_time: 1_700_000_001, metadata: { model_slug: 'gpt-x' } }),
      a2: node('assistant', 'Second answer', 'q1'),
      q2: node('user', 'Next', 'a1'),
      call: node('assistant', 'search("x")', 'q2', { recipient: 'browser' }),
      tool: node('tool', 'results', 'call'),
      a3: node('assistant', 'Found it', 'tool'),
    },
    { current_node: 'a1' },
  )
  expect(tree(conversation)).toEqual([
    ['user', 'Question', -1],
    ['assistant', 'First answer', 0],
    ['assistant', 'Second answer', 0],
    ['user', 'Next', 1],
    ['assistant', 'Found it', 3],
  ])
  expect(conversation.activeLeafId).toBe(conversation.messages[1]?.id)
  expect(conversation).toMatchObject({ id: id(1), title: 'Talk', createdAt: '2023-11-14T22:13:20.500Z' })
  expect(conversation.messages[1]).toMatchObject({ model: 'gpt-x', createdAt: '2023-11-14T22:13:21.000Z' })
})

test('joins consecutive nodes of the same role into one message', () => {
  const conversation = parseTree({
    q: node('user', 'Question', null),
    a: node('assistant', 'One moment', 'q'),
    t: node('tool', 'results', 'a'),
    b: node('assistant', 'Here', 't'),
    c: node('assistant', 'Or here', 't'),
  })
  expect(tree(conversation)).toEqual([
    ['user', 'Question', -1],
    ['assistant', 'One moment|Here', 0],
    ['assistant', 'One moment|Or here', 0],
  ])
})

test('derives the same ids from the same file, and handles long chains and cycles', () => {
  const long = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [
      `n${index}`,
      node(index % 2 ? 'assistant' : 'user', `Text ${index}`, index ? `n${index - 1}` : null),
    ]),
  )
  const [first, second] = [parseTree(long), parseTree(long)]
  expect(first.messages).toHaveLength(5000)
  expect(first.messages.map((one) => one.id)).toEqual(second.messages.map((one) => one.id))
  expect(parseTree({ a: node('user', 'x', 'b'), b: node('user', 'y', 'a') }).messages).toEqual([])
  expect(parseTree({ q: node('user', 'a\0b\ud800', null) }, { title: ' \n' })).toMatchObject({ title: 'ab\ufffd' })
})

test.each([null, 7, [], {}, { mapping: [] }, { mapping: { a: 1 } }, { mapping: { a: { message: { author: 1 } } } }])(
  'rejects %j as a ChatGPT conversation',
  (value) => {
    expect(() => parseChatgptExport(value)).toThrow(ImportRefused)
  },
)

const question = { id: id(2), parentId: null, role: 'user', parts: [{ type: 'text', text: 'a\0b' }] }
const answer = { id: id(3), parentId: id(2), role: 'assistant', status: 'streaming', parts: [{ type: 'x' }] }
const goldfishExport = (messages: unknown[], more: object = {}) => ({ id: id(1), title: 'T', messages, ...more })

test('drops unsupported parts and invalid times from a Goldfish export', () => {
  expect(
    parseGoldfishExport(goldfishExport([question, answer], { createdAt: 'nonsense', pinned: true })),
  ).toMatchObject({
    pinned: true,
    createdAt: null,
    activeLeafId: id(3),
    messages: [
      { parts: [{ type: 'text', text: 'ab' }], status: 'complete' },
      { parts: [], status: 'interrupted' },
    ],
  })
})

test.each([
  ['an unknown format', { id: 'x' }],
  ['a missing parent', goldfishExport([answer])],
  ['a parent after its child', goldfishExport([{ ...answer, parentId: id(9) }, question])],
  ['two consecutive answers', goldfishExport([question, answer, { ...answer, id: id(4), parentId: id(3) }])],
  ['a duplicate id', goldfishExport([question, question])],
  ['an unknown leaf', goldfishExport([question], { activeLeafId: id(9) })],
  ['a system message', goldfishExport([{ ...question, role: 'system' }])],
])('rejects an export with %s', (_, value) => {
  expect(() => parseGoldfishExport(value)).toThrow(ImportRefused)
})
