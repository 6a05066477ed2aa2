import { expect, test } from 'vitest'
import type { ChatPart } from '@/lib/contract/ui-message'
import { cacheableParts, uncacheableQuestion } from './cacheable-turn'

const text = (value: string): ChatPart => ({ type: 'text', text: value })
const file: ChatPart = { type: 'file', mediaType: 'image/png', url: 'data:,' }
const tool: ChatPart = { type: 'dynamic-tool', toolName: 't', toolCallId: '1', state: 'input-available', input: {} }

test('a question that is only text is cacheable', () => {
  expect(uncacheableQuestion([text('What is HTML?')], 'private', '')).toBeNull()
  expect(uncacheableQuestion([text('What is HTML?')], 'shared', '')).toBeNull()
})

test.each([
  ['off', [text('What is HTML?')], 'off'],
  ['not_only_text', [text('What is this?'), file], 'private'],
  ['empty', [text(' ')], 'private'],
  ['empty', [], 'private'],
  ['time_dependent', [text('What is'), text('the weather?')], 'private'],
] as const)('uncacheableQuestion returns `%s` for %j in mode `%s`', (reason, parts, mode) => {
  expect(uncacheableQuestion(parts, mode, '')).toBe(reason)
})

test('a text question after a file is not cacheable', () => {
  expect(uncacheableQuestion([text('And what colour is it?')], 'private', 'f:hash')).toBe('not_only_text')
})

test('cacheableParts keeps only the texts of an answer', () => {
  const parts: ChatPart[] = [
    { type: 'step-start' },
    { type: 'reasoning', text: 'secret', state: 'done' },
    { type: 'text', text: 'Yes.', state: 'done' },
    text(''),
  ]
  expect(cacheableParts('complete', parts)).toEqual({ parts: [{ type: 'text', text: 'Yes.' }], reason: null })
})

test.each([
  ['stopped', [text('Y')], 'not_complete'],
  ['failed', [text('Y')], 'not_complete'],
  ['truncated', [text('Y')], 'not_complete'],
  ['interrupted', [text('Y')], 'not_complete'],
  ['streaming', [text('Y')], 'not_complete'],
  ['complete', [text('Y'), tool], 'not_only_text'],
  ['complete', [text('Y'), file], 'not_only_text'],
  ['complete', [], 'empty'],
  ['complete', [text('')], 'empty'],
  ['complete', [text(' \n')], 'empty'],
] as const)('cacheableParts rejects an answer with status `%s` and parts %j', (status, parts, reason) => {
  expect(cacheableParts(status, parts)).toEqual({ parts: null, reason })
})
