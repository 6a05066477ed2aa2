import { renderToStaticMarkup } from 'react-dom/server'
import { createTranslator } from 'use-intl/core'
import { describe, expect, it } from 'vitest'
import { describeApproval, describeToolCall, type Translate } from '@/components/tool/describe-tool-call'
import type { ToolPart } from '@/lib/contract/ui-message'
import { messages } from '@/lib/i18n/messages'

const t = createTranslator({ locale: 'en', messages: messages.en, namespace: 'tool' }) as Translate
const milk = { id: 'm', title: 'Milk', description: '', done: false }

const part = (name: string, rest: object): ToolPart =>
  ({ type: `tool-${name}`, toolCallId: 'c', input: {}, ...rest }) as ToolPart
const done = (name: string, output: unknown, input: unknown = {}) =>
  part(name, { state: 'output-available', input, output })

const callContext = { ended: true, findTitle: (id: string) => (id === 'm' ? 'Milk' : null) }
const describeCall = (call: ToolPart, ended = true) =>
  renderToStaticMarkup(describeToolCall(t, call, { ...callContext, ended }))
const isolated = (text: string) => `“<bdi>${text}</bdi>”`

describe('describeToolCall', () => {
  it.each([
    [done('create_todo', { todo: milk }), `Added ${isolated('Milk')}`],
    [done('complete_todo', { todo: milk }), `Completed ${isolated('Milk')}`],
    [done('delete_todo', { todo: milk }), `Deleted ${isolated('Milk')}`],
    [
      done('update_todo', { todo: milk, before: { ...milk, title: 'Mlik' } }),
      `Renamed ${isolated('Mlik')} to ${isolated('Milk')}`,
    ],
    [done('update_todo', { todo: milk, before: { ...milk, done: true } }), `Reopened ${isolated('Milk')}`],
    [done('update_todo', { todo: { ...milk, done: true }, before: milk }), `Completed ${isolated('Milk')}`],
    [
      done('update_todo', { todo: milk, before: { ...milk, description: 'two' } }),
      `Edited the note on ${isolated('Milk')}`,
    ],
    [done('update_todo', { todo: milk, before: { ...milk, title: 'A', done: true } }), `Edited ${isolated('Milk')}`],
    [done('update_todo', { todo: milk, before: milk }), `No change to ${isolated('Milk')}`],
    [done('update_todo', { todo: milk }), `Edited ${isolated('Milk')}`],
    [done('list_todos', { todos: [milk, milk], hasMore: false }), 'Checked your todos · 2 items'],
    [done('list_todos', { todos: [], hasMore: false }, { filter: 'open' }), 'Checked active todos · none'],
    [done('list_todos', { todos: [milk], hasMore: true }), 'Checked your todos · newest 1'],
    [
      done('search_conversations', { conversations: [1, 2, 3], hasMore: false }, { query: 'tides' }),
      `Searched your chats for ${isolated('tides')} · 3 results`,
    ],
    [done('weather_of', 'rain'), 'Used <bdi>weather_of</bdi>'],
  ])('describes a finished tool call', (call, expected) => {
    expect(describeCall(call)).toBe(expected)
  })

  it.each(['create_todo', 'list_todos', 'update_todo', 'complete_todo', 'delete_todo', 'search_conversations', 'x'])(
    'falls back to the tool name for a malformed result of %s',
    (name) => {
      for (const output of [null, undefined, 'text', 7, [], {}, { todo: null, todos: 'x' }])
        expect(describeCall(done(name, output))).toBe(`Used <bdi>${name}</bdi>`)
    },
  )

  it('describes a running tool call, and an unfinished one after the turn has ended', () => {
    const call = part('create_todo', { state: 'input-streaming' })
    expect(describeCall(call, false)).toBe('Adding a todo…')
    expect(describeCall(part('x', { state: 'input-available' }), false)).toBe('Using <bdi>x</bdi>…')
    expect(describeCall(call)).toBe('Not finished')
    const allowed = part('delete_todo', { state: 'approval-responded', approval: { id: 'p', approved: true } })
    expect(describeCall(allowed, false)).toBe('Deleting a todo…')
  })

  it('describes failed and denied tool calls', () => {
    expect(describeCall(part('complete_todo', { state: 'output-error', errorText: 'no' }))).toBe(
      'Couldn’t complete the todo',
    )
    expect(describeCall(part('x', { state: 'output-error', errorText: 'no' }))).toBe('<bdi>x</bdi> failed')
    const denied = (id: string) => part('delete_todo', { state: 'output-denied', input: { id } })
    expect(describeCall(denied('m'))).toBe(`You declined: delete ${isolated('Milk')}`)
    expect(describeCall(denied('other'))).toBe('You declined: delete a todo')
    expect(describeCall(part('x', { state: 'output-denied' }))).toBe('You declined: <bdi>x</bdi>')
  })

  it('escapes and shortens the title of a todo', () => {
    const hostile = '<img src=x onerror=alert(1)> {name} **b** \u202e'
    const escaped = '&lt;img src=x onerror=alert(1)&gt; {name} **b** \u202e'
    expect(describeCall(done('create_todo', { todo: { ...milk, title: hostile } }))).toBe(`Added ${isolated(escaped)}`)
    expect(
      describeCall(done('create_todo', { todo: { ...milk, title: '👩‍👩‍👧'.repeat(10_000) } })).length,
    ).toBeLessThan(1000)
  })
})

describe('describeApproval', () => {
  const render = (call: ToolPart, title: string | null) => renderToStaticMarkup(describeApproval(t, call, title))
  it('names the todo of an approval request, or its id if the title is unknown', () => {
    const call = part('delete_todo', { state: 'approval-requested', input: { id: '0199-aabb-00112233' } })
    expect(render(call, 'Milk')).toBe(`Delete ${isolated('Milk')}?`)
    expect(render(call, null)).toBe(`Delete ${isolated('todo …00112233')}?`)
    expect(render(part('wipe', {}), null)).toBe('Allow Goldfish to use <bdi>wipe</bdi>?')
  })
})
