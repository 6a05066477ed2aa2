import type { ModelMessage } from 'ai'
import { expect, test } from 'vitest'
import type { ChatPart } from '@/lib/contract/ui-message'
import { seededRandom } from '@/tests/chaos/seeded-random'
import { alternateRoles, assemblePrompt, showsImages } from './assemble-prompt'
import { buildPromptPrefix } from './prompt-prefix'

const user = (content: string): ModelMessage => ({ role: 'user', content })
const assistant = (content: string): ModelMessage => ({ role: 'assistant', content })

test('joins unanswered questions with the next one', () => {
  expect(alternateRoles([user('One?'), user('Two?'), assistant('Both.'), user('Three?')])).toEqual([
    user('One?\n\nTwo?'),
    assistant('Both.'),
    user('Three?'),
  ])
})

test('keeps the images of joined questions in their order', () => {
  const image = { type: 'file' as const, mediaType: 'image/png', data: 'AA==' }
  const [joined] = alternateRoles([{ role: 'user', content: [image] }, user('What is this?')])
  expect(joined?.content).toEqual([image, { type: 'text', text: 'What is this?' }])
})

test('joins consecutive answers', () => {
  expect(alternateRoles([user('One?'), assistant('A'), assistant('B'), user('Two?')])).toEqual([
    user('One?'),
    assistant('A\n\nB'),
    user('Two?'),
  ])
})

test('puts a user message before a history that begins with an answer', () => {
  const messages = alternateRoles([assistant('Welcome.'), user('Hello.')])
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(messages.slice(1)).toEqual([assistant('Welcome.'), user('Hello.')])
})

test('completes an answer that ended with tool results', () => {
  const calls: ModelMessage[] = [
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: '1', toolName: 'list', input: {} }] },
    {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: '1', toolName: 'list', output: { type: 'json', value: {} } }],
    },
  ]
  const roles = (messages: ModelMessage[]) => alternateRoles(messages).map(({ role }) => role)
  expect(roles([user('List.'), ...calls, user('Well?')])).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
  expect(roles([user('List.'), ...calls, assistant('Done.')])).toEqual(['user', 'assistant', 'tool', 'assistant'])
})

test('leaves alternating messages unchanged', () => {
  const messages = [user('One?'), assistant('A'), user('Two?')]
  expect(alternateRoles(messages)).toEqual(messages)
})

/** All contents that an answer may have, depending on how its turn ended. */
const answers: readonly (readonly ChatPart[])[] = [
  [],
  [{ type: 'text', text: '' }],
  [{ type: 'text', text: ' \n' }],
  [{ type: 'reasoning', text: 'Only thoughts.' }],
  [
    { type: 'reasoning', text: 'Thoughts.' },
    { type: 'text', text: 'An answer.' },
  ],
  [{ type: 'text', text: 'Half an ans' }],
  [{ type: 'tool-list_todos', toolCallId: 'a', state: 'input-available', input: {} } as unknown as ChatPart],
  [
    {
      type: 'tool-list_todos',
      toolCallId: 'b',
      state: 'output-available',
      input: {},
      output: {},
    } as unknown as ChatPart,
    { type: 'step-start' },
    { type: 'text', text: 'After a call.' },
  ],
  [
    {
      type: 'tool-delete_todo',
      toolCallId: 'c',
      state: 'approval-requested',
      input: {},
      approval: { id: 'x' },
    } as unknown as ChatPart,
  ],
]
const image: ChatPart = { type: 'file', mediaType: 'image/png', filename: 'a.png', url: 'data:image/png;base64,AA==' }
const reader = { modelId: 'some-model', withImages: true }

test.each([true, false])('alternates roles for any history, with tools: %s', (withTools) => {
  const prefix = {
    ...buildPromptPrefix('Be brief.', null),
    tools: withTools ? ({} as never) : null,
  } as ReturnType<typeof buildPromptPrefix>
  const { below: pick } = seededRandom(7)
  for (let round = 0; round < 500; round++) {
    const asked: string[] = []
    const question = (): ChatPart[] => {
      const text = `Question ${round}-${asked.length}?`
      asked.push(text)
      return pick(5) === 0 ? [image, { type: 'text', text }] : [{ type: 'text', text }]
    }
    const history = Array.from({ length: pick(9) }, () =>
      pick(2) === 0
        ? { role: 'user' as const, parts: question() }
        : { role: 'assistant' as const, parts: answers[pick(answers.length)] ?? [] },
    )
    const { messages } = assemblePrompt(prefix, history, question(), answers[pick(answers.length)] ?? [], reader)
    const roles = messages.map(({ role }) => role)
    expect(roles[0]).toBe('user')
    for (const [index, role] of roles.entries()) {
      const before = roles[index - 1] ?? 'system'
      const allowed = { user: ['system', 'assistant'], assistant: ['user', 'tool'], tool: ['assistant'], system: [] }
      expect(allowed[role], roles.join()).toContain(before)
    }
    // The last message must be the question, tool results or the request to continue, so that the model answers next.
    expect(roles.at(-1)).not.toBe('assistant')
    const text = JSON.stringify(messages)
    for (const one of asked) expect(text).toContain(one)
    expect(text).not.toContain('houghts.')
    expect(messages.every(({ content }) => content.length > 0)).toBe(true)
  }
})

test('does not send images again to a model that could not view them', () => {
  const prefix = buildPromptPrefix('Be brief.', null)
  const history = [
    { role: 'user' as const, parts: [image, { type: 'text', text: 'What is this?' } as const] },
    {
      role: 'assistant' as const,
      parts: [
        { type: 'data-notice', data: { code: 'images_left_out', model: 'some-model' } } as const,
        { type: 'text', text: 'I cannot see it.' } as const,
      ],
    },
  ]
  const question: ChatPart[] = [{ type: 'text', text: 'And now?' }]
  const refused = assemblePrompt(prefix, history, question, [], reader)
  expect(showsImages(refused)).toBe(false)
  expect(refused.messages[0]?.content).toBe('[Image: a.png. This model cannot view images.]\n\nWhat is this?')
  expect(showsImages(assemblePrompt(prefix, history, question, [], { ...reader, modelId: 'another' }))).toBe(true)
  expect(showsImages(assemblePrompt(prefix, history, [image, ...question], [], reader))).toBe(true)
  expect(showsImages(assemblePrompt(prefix, history, question, [], { modelId: 'another', withImages: false }))).toBe(
    false,
  )
})
