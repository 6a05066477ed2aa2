import { describe, expect, test } from 'vitest'
import { completionRequest } from './completion-request'
import { openaiError } from './openai-error'

const question = { role: 'user', content: 'Hello?' }
const parse = (more: object) => completionRequest.parse({ model: 'm', messages: [question], ...more })
const issues = (more: object) => {
  const { error } = completionRequest.safeParse({ model: 'm', messages: [question], ...more })
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? 'none'
}

test('separates the history from the question and the system messages', () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'One?' },
        { type: 'text', text: 'Two?' },
      ],
      name: 'Ada',
    },
    { role: 'assistant', content: 'One.', refusal: null, annotations: [], tool_calls: [] },
    { role: 'developer', content: 'Be kind.' },
    question,
  ]
  expect(parse({ messages })).toEqual({
    model: 'm',
    system: ['Be brief.', 'Be kind.'],
    history: [
      { role: 'user', texts: ['One?', 'Two?'] },
      { role: 'assistant', texts: ['One.'] },
    ],
    question: ['Hello?'],
    settings: {},
    stream: false,
    includeUsage: false,
  })
})

test('keeps only the settings that the request contains', () => {
  expect(
    parse({ temperature: 0, top_p: null, stop: 'x', seed: 3, max_tokens: 5, max_completion_tokens: 7 }).settings,
  ).toEqual({ temperature: 0, stopSequences: ['x'], seed: 3, maxOutputTokens: 7 })
  expect(parse({ max_tokens: 5, stop: [] }).settings).toEqual({ maxOutputTokens: 5 })
})

describe('supported fields of completionRequest', () => {
  test.each([
    { n: 1, tools: [], functions: null, tool_choice: 'none', logprobs: false, top_logprobs: 0, logit_bias: {} },
    { response_format: { type: 'text' }, modalities: ['text'] },
    { user: 'x', metadata: { a: 'b' }, store: true, service_tier: 'auto', parallel_tool_calls: false },
    { reasoning_effort: 'low', verbosity: 'low', safety_identifier: 'x', prompt_cache_key: 'x' },
    { stream: true, stream_options: { include_usage: true, include_obfuscation: false } },
    { stream: null, temperature: null, max_tokens: null, stop: null, seed: null, n: null },
  ])('accepts %j', (more) => {
    expect(issues(more)).toBe('none')
  })
})

describe('unsupported fields of completionRequest', () => {
  test.each([
    [{ n: 2 }, 'n: '],
    [{ tools: [{ type: 'function', function: { name: 'x' } }] }, 'tools: '],
    [{ functions: [{ name: 'x' }] }, 'functions: '],
    [{ tool_choice: 'required' }, 'tool_choice: '],
    [{ response_format: { type: 'json_object' } }, 'response_format.type: '],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, 'response_format.type: '],
    [{ logprobs: true }, 'logprobs: '],
    [{ top_logprobs: 3 }, 'top_logprobs: '],
    [{ logit_bias: { 5: 100 } }, 'logit_bias.5: '],
    [{ modalities: ['audio'] }, 'modalities.0: '],
    [{ temperature: 3 }, 'temperature: '],
    [{ top_p: -1 }, 'top_p: '],
    [{ max_tokens: 0 }, 'max_tokens: '],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
    [{ top_k: 5 }, ': '],
    [{ userId: 'somebody' }, ': '],
    [{ messages: [] }, 'messages: '],
    [{ messages: [{ role: 'system', content: 'x' }] }, 'messages: '],
    [{ messages: [question, { role: 'assistant', content: 'x' }] }, 'messages: '],
    [{ messages: [{ role: 'user', content: ' ' }] }, 'messages: '],
    [{ messages: [{ role: 'tool', content: 'x', tool_call_id: 'y' }] }, 'messages.0.role: '],
    [{ messages: [{ role: 'assistant', content: null, tool_calls: [{}] }, question] }, 'messages.0.tool_calls: '],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, 'messages.0.content'],
    [{ messages: [{ ...question, userId: 'x' }] }, 'messages.0: '],
  ])('rejects %j', (more, start) => {
    expect(issues(more)).toMatch(new RegExp(`^${start.replaceAll('.', '\\.')}`))
  })
})

test('names the invalid field in the error, and no field if the whole body is invalid', () => {
  const errorFor = (path: string) =>
    openaiError({ code: 'invalid_request', status: 400, detail: '', errors: [{ path, message: 'is wrong' }] }).error
  expect(errorFor('n')).toMatchObject({ message: 'n: is wrong', param: 'n' })
  expect(errorFor('')).toMatchObject({ message: 'The body: is wrong', param: null })
})
