import { expect, test } from 'vitest'
import { ImportRefused } from './imported-conversation'
import { parseChatgptExport } from './parse-chatgpt-export'
import { parseGoldfishExport } from './parse-goldfish-export'

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const said = (role: string, text: string | null, parent: string | null, more: object = {}) => ({
  parent,
  message: text === null ? null : { author: { role }, content: { content_type: 'text', parts: [text] }, ...more },
})
const talk = (mapping: object, more: object = {}) =>
  parseChatgptExport({ conversation_id: id(1), title: 'Talk', create_time: 1_700_000_000.5, mapping, ...more })
const tree = ({ messages }: ReturnType<typeof talk>) =>
  messages.map((one) => [
    one.role,
    one.parts.map((part) => ('text' in part ? part.text : '')).join('|'),
    messages.findIndex((other) => other.id === one.parentId),
  ])

test('a ChatGPT tree without what is not for people, its branches and its shown end', () => {
  const conversation = talk(
    {
      root: said('', null, null),
      system: said('system', 'Be good', 'root'),
      hidden: said('user', 'Profile', 'system', { metadata: { is_visually_hidden_from_conversation: true } }),
      q1: said('user', 'Question', 'hidden'),
      a1: said('assistant', 'First answer', 'q1', { create_time: 1_700_000_001, metadata: { model_slug: 'gpt-x' } }),
      a2: said('assistant', 'Second answer', 'q1'),
      q2: said('user', 'Next', 'a1'),
      call: said('assistant', 'search("x")', 'q2', { recipient: 'browser' }),
      tool: said('tool', 'results', 'call'),
      a3: said('assistant', 'Found it', 'tool'),
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

test('what one side says in several nodes is one message', () => {
  const conversation = talk({
    q: said('user', 'Question', null),
    a: said('assistant', 'One moment', 'q'),
    t: said('tool', 'results', 'a'),
    b: said('assistant', 'Here', 't'),
    c: said('assistant', 'Or here', 't'),
  })
  expect(tree(conversation)).toEqual([
    ['user', 'Question', -1],
    ['assistant', 'One moment|Here', 0],
    ['assistant', 'One moment|Or here', 0],
  ])
})

test('the same file has the same ids, also where they are no UUIDs; a long chain and a loop are no trouble', () => {
  const long = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [
      `n${index}`,
      said(index % 2 ? 'assistant' : 'user', `Text ${index}`, index ? `n${index - 1}` : null),
    ]),
  )
  const [first, second] = [talk(long), talk(long)]
  expect(first.messages).toHaveLength(5000)
  expect(first.messages.map((one) => one.id)).toEqual(second.messages.map((one) => one.id))
  expect(talk({ a: said('user', 'x', 'b'), b: said('user', 'y', 'a') }).messages).toEqual([])
  expect(talk({ q: said('user', 'a\0b\ud800', null) }, { title: ' \n' })).toMatchObject({ title: 'ab\ufffd' })
})

test.each([null, 7, [], {}, { mapping: [] }, { mapping: { a: 1 } }, { mapping: { a: { message: { author: 1 } } } }])(
  '%j is no conversation of ChatGPT',
  (value) => {
    expect(() => parseChatgptExport(value)).toThrow(ImportRefused)
  },
)

const question = { id: id(2), parentId: null, role: 'user', parts: [{ type: 'text', text: 'a\0b' }] }
const answer = { id: id(3), parentId: id(2), role: 'assistant', status: 'streaming', parts: [{ type: 'x' }] }
const ours = (messages: unknown[], more: object = {}) => ({ id: id(1), title: 'T', messages, ...more })

test('our own form: what cannot be kept is left out', () => {
  expect(parseGoldfishExport(ours([question, answer], { createdAt: 'nonsense', pinned: true }))).toMatchObject({
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
  ['another form', { id: 'x' }],
  ['a parent that is not there', ours([answer])],
  ['a parent behind its child', ours([{ ...answer, parentId: id(9) }, question])],
  ['two answers in a row', ours([question, answer, { ...answer, id: id(4), parentId: id(3) }])],
  ['an id twice', ours([question, question])],
  ['an unknown leaf', ours([question], { activeLeafId: id(9) })],
  ['a system message', ours([{ ...question, role: 'system' }])],
])('%s is refused', (_, value) => {
  expect(() => parseGoldfishExport(value)).toThrow(ImportRefused)
})
