import { expect, test } from 'vitest'
import type { ChatChunk, ChatPart } from '@/lib/contract/ui-message'
import { resumeParts } from './resume-parts'

const text = (value: string): ChatPart => ({ type: 'text', text: value, state: 'done' })
const reasoning = (value: string): ChatPart => ({ type: 'reasoning', text: value, state: 'done' })
const start = (id: string): ChatChunk => ({ type: 'text-start', id })
const delta = (id: string, value: string): ChatChunk => ({ type: 'text-delta', id, delta: value })
const end = (id: string): ChatChunk => ({ type: 'text-end', id })

test('sends all chunks to a client that has none, as the answer grows', () => {
  const since = resumeParts([])
  expect(since([], false)).toEqual([])
  expect(since([text('Gold')], false)).toEqual([start('stored-0'), delta('stored-0', 'Gold')])
  expect(since([text('Gold')], false)).toEqual([])
  expect(since([text('Goldfish')], false)).toEqual([delta('stored-0', 'fish')])
  expect(since([text('Goldfish.')], true)).toEqual([delta('stored-0', '.'), end('stored-0')])
})

test('ends a part when another one follows', () => {
  const since = resumeParts([])
  expect(since([reasoning('hm'), text('Yes')], false)).toEqual([
    { type: 'reasoning-start', id: 'stored-0' },
    { type: 'reasoning-delta', id: 'stored-0', delta: 'hm' },
    start('stored-1'),
    delta('stored-1', 'Yes'),
    { type: 'reasoning-end', id: 'stored-0' },
  ])
})

test('sends the rest under the same ids to a client that has the start', () => {
  const since = resumeParts([start('t'), delta('t', 'Gold'), delta('t', 'fi')])
  expect(since([text('Goldfish')], false)).toEqual([delta('t', 'sh')])
  expect(since([text('Goldfish'), text('Bye')], true)).toEqual([
    start('stored-1'),
    delta('stored-1', 'Bye'),
    end('t'),
    end('stored-1'),
  ])
})

test('sends nothing while the stored parts are behind the client, and no text twice', () => {
  const since = resumeParts([start('t'), delta('t', 'Goldfish')])
  expect(since([], false)).toEqual([])
  expect(since([text('Gold')], false)).toEqual([])
  expect(since([text('Goldfish sw')], false)).toEqual([delta('t', ' sw')])
  // An interrupted turn: less was stored than the client has received.
  expect(resumeParts([start('t'), delta('t', 'Goldfish')])([text('Gold')], true)).toEqual([end('t')])
})

test('does not end an ended part again, and skips empty parts', () => {
  const before = [start('a'), end('a'), start('b'), delta('b', 'Yes'), end('b')]
  expect(resumeParts(before)([text('Yes')], true)).toEqual([])
  expect(resumeParts([start('a')])([text('Yes')], true)).toEqual([delta('a', 'Yes'), end('a')])
})

test('restarts an answer that does not continue what was sent', () => {
  const restart: ChatChunk = { type: 'data-restart', data: null, transient: true }
  const since = resumeParts([start('t'), delta('t', 'Somebody else')])
  expect(since([text('My own')], true)).toEqual([
    restart,
    start('stored-0'),
    delta('stored-0', 'My own'),
    end('stored-0'),
  ])
  expect(
    resumeParts([start('t'), delta('t', 'Somebody'), restart, start('u'), delta('u', 'My')])([text('My own')], false),
  ).toEqual([delta('u', ' own')])
})

test('sends a notice once, and again after a restart', () => {
  const notice = { type: 'data-notice', data: { code: 'images_left_out', model: 'some-model' } } as const
  const since = resumeParts([start('t'), delta('t', 'Gold')])
  expect(since([notice, text('Gold')], false)).toEqual([notice])
  expect(since([notice, text('Goldfish')], false)).toEqual([delta('t', 'fish')])
  const [restart, again] = since([notice, text('Carp')], false)
  expect([restart, again]).toEqual([{ type: 'data-restart', data: null, transient: true }, notice])
  expect(resumeParts([notice, start('t')])([notice, text('Gold')], false)).toEqual([delta('t', 'Gold')])
})
