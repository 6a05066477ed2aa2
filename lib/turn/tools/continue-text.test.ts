import { expect, test } from 'vitest'
import type { ModelEvent } from '@/lib/model/call-model'
import type { ModelChunk } from '@/lib/model/model-chunk'
import { continueText } from './continue-text'

async function* says(...chunks: ModelChunk[]): AsyncGenerator<ModelEvent> {
  for (const chunk of chunks) yield { type: 'chunk', chunk }
  yield { type: 'aborted' }
}
async function after(...chunks: ModelChunk[]) {
  const told: unknown[] = []
  for await (const event of continueText('broken', says(...chunks)))
    told.push(event.type === 'chunk' ? event.chunk : event.type)
  return told
}
const start: ModelChunk = { type: 'start-step' }
const finish: ModelChunk = { type: 'finish-step' }
const end = { type: 'text-end', id: 'broken' }

test('joins the first text of the call to the open part', async () => {
  const said = (id: string): ModelChunk[] => [
    { type: 'text-start', id },
    { type: 'text-delta', id, delta: 'fish' },
    { type: 'text-end', id },
  ]
  expect(await after(start, ...said('0'), ...said('1'), finish)).toEqual([
    { type: 'text-delta', id: 'broken', delta: 'fish' },
    end,
    ...said('1'),
    finish,
    'aborted',
  ])
})

test('ends the open part before a tool call', async () => {
  const call: ModelChunk = { type: 'tool-input-start', toolCallId: '1', toolName: 'list_todos' }
  expect(await after(start, call, finish)).toEqual([end, call, finish, 'aborted'])
})

test('ends the open part before its step ends without text', async () => {
  expect(await after(start, finish)).toEqual([end, finish, 'aborted'])
  expect(await after()).toEqual([end, 'aborted'])
})

test('joins the text to the part again after a restart', async () => {
  async function* restarted(): AsyncGenerator<ModelEvent> {
    yield* [start, { type: 'text-start', id: '0' }, { type: 'text-delta', id: '0', delta: 'hm</think>' }].map(
      (chunk) => ({ type: 'chunk' as const, chunk: chunk as ModelChunk }),
    )
    yield { type: 'restart', found: 'reasoning' }
    yield* says(start, { type: 'text-start', id: '0' }, { type: 'text-delta', id: '0', delta: 'fish' })
  }
  const events: unknown[] = []
  for await (const event of continueText('broken', restarted()))
    events.push(event.type === 'chunk' ? event.chunk : event.type)
  expect(events).toEqual([
    { type: 'text-delta', id: 'broken', delta: 'hm</think>' },
    'restart',
    { type: 'text-delta', id: 'broken', delta: 'fish' },
    'aborted',
  ])
})
