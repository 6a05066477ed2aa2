/*
 * This file is longer than others because it is one table of test data.
 *
 * It lists bodies that model servers send instead of the documented stream, and the expected answer for each.
 */

/** The body of a response. If it is `cut`, the connection breaks after it. If it is `open`, the response never ends. */
export type OddStream = {
  body: string | Uint8Array
  headers?: Record<string, string>
  ending?: 'cut' | 'open'
}

/** A part of an answer, in the order in which it is shown. */
type Part = { type: 'text' | 'reasoning'; text: string } | { type: 'tool'; name: string; input: object }

export type OddAnswer = {
  parts: Part[]
  finish?: 'stop' | 'other' | 'tool-calls' | 'length'
  /** `null` if unknown. */
  usage?: { inputTokens: number; outputTokens: number } | null
  /** The error with which the call must fail. */
  fails?: 'provider_error' | 'provider_cut'
  /** The counts of skipped chunks that must be logged. */
  skipped?: string
}

const json = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
export const chunk = (choice: object, more: object = {}) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }],
  ...more,
})
export const C = (content: unknown) => json(chunk({ delta: { content } }))
export const STOP = json(chunk({ finish_reason: 'stop' }))
export const LENGTH = json(chunk({ finish_reason: 'length' }))
export const DONE = 'data: [DONE]\n\n'
export const stream = (...pieces: string[]) => pieces.join('')
const T = (calls: unknown) => json(chunk({ delta: { tool_calls: calls } }))
const CALLS = json(chunk({ finish_reason: 'tool_calls' }))

const hello: OddAnswer = { parts: [{ type: 'text', text: 'Hello!' }], finish: 'stop' }
const helloAnd = (more: Partial<OddAnswer>): OddAnswer => ({ ...hello, ...more })
const called: OddAnswer = { parts: [{ type: 'tool', name: 'look', input: { at: 'x' } }], finish: 'tool-calls' }
const completion = {
  id: 'c1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello!' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
}
const gemini = json(chunk({ delta: { content: 'Hello!' }, finish_reason: 'stop' }))

export const oddStreams: readonly (readonly [string, OddStream | string, OddAnswer])[] = [
  [
    'a chunk without choices',
    C('Hel') + json({ id: 'x' }) + C('lo!') + STOP + DONE,
    helloAnd({ skipped: 'no_choices=1' }),
  ],
  [
    'choices that are null',
    C('Hel') + json({ choices: null }) + C('lo!') + STOP + DONE,
    helloAnd({ skipped: 'no_choices=1' }),
  ],
  ['choices that are empty', json({ choices: [], prompt_filter_results: [] }) + C('Hello!') + STOP + DONE, hello],
  ['choices that are one object', json({ choices: { delta: { content: 'Hello!' } } }) + STOP + DONE, hello],
  ['data that is null', `${C('Hello!')}data: null\n\n${STOP}${DONE}`, helloAnd({ skipped: 'not_an_object=1' })],
  [
    'data that is a number or a text',
    `data: 5\n\ndata: "hi"\n\n${C('Hello!')}${STOP}${DONE}`,
    helloAnd({ skipped: 'not_an_object=2' }),
  ],
  ['empty data lines', `data:\n\ndata: \n\n${C('Hello!')}data:\n\n${STOP}${DONE}`, hello],
  [
    'comments and other fields',
    `: ping\n\nevent: message\nid: 7\nretry: 100\n${C('Hello!')}:\n\n${STOP}: bye\n\n${DONE}`,
    hello,
  ],
  [
    'a vendor’s metrics',
    `${C('Hello!')}data: [METRICS] {"ms":3}\n\n${STOP}data: [METRICS]\n\n${DONE}`,
    helloAnd({ skipped: 'not_json=2' }),
  ],
  [
    'garbage between the chunks',
    `<html>\n\n${C('Hello!')}data: {"cho\n\nnot an event\n\n${STOP}${DONE}`,
    helloAnd({ skipped: 'not_json=3' }),
  ],
  [
    'counts of tokens as texts',
    C('Hello!') +
      json(chunk({ finish_reason: 'stop' }, { usage: { prompt_tokens: '3', completion_tokens: '2' } })) +
      DONE,
    helloAnd({ usage: { inputTokens: 3, outputTokens: 2 } }),
  ],
  [
    'counts of tokens as floats',
    C('Hello!') + STOP + json({ choices: [], usage: { prompt_tokens: 3.0, completion_tokens: 1.6 } }) + DONE,
    helloAnd({ usage: { inputTokens: 3, outputTokens: 2 } }),
  ],
  [
    'counts of tokens in every chunk',
    json(chunk({ delta: { content: 'Hello!' } }, { usage: { prompt_tokens: 3, completion_tokens: 1 } })) +
      json(chunk({ finish_reason: 'stop' }, { usage: { prompt_tokens: 3, completion_tokens: 2 } })) +
      DONE,
    helloAnd({ usage: { inputTokens: 3, outputTokens: 2 } }),
  ],
  [
    'counts of tokens that are null or invalid',
    C('Hello!') +
      STOP +
      json({ choices: [], usage: { prompt_tokens: null, completion_tokens: 'many' } }) +
      json({ choices: [], usage: 'no' }) +
      DONE,
    helloAnd({ usage: null }),
  ],
  ['no count of tokens', C('Hello!') + STOP + DONE, helloAnd({ usage: null })],
  ['a time as text', json({ ...chunk({ delta: { content: 'Hello!' } }), created: '2026-11-29' }) + STOP + DONE, hello],
  ['no id, model or role', json({ choices: [{ delta: { content: 'Hello!' } }] }) + STOP + DONE, hello],
  [
    'ids and models of other types',
    json({ ...chunk({ delta: { content: 'Hello!' } }), id: 7, model: null, object: [] }) + STOP + DONE,
    hello,
  ],
  [
    'a delta that is null',
    json(chunk({ delta: null })) + C('Hello!') + json(chunk({ delta: null, finish_reason: 'stop' })) + DONE,
    hello,
  ],
  ['content that is null', C(null) + C('Hello!') + C(null) + STOP + DONE, hello],
  [
    'content as parts',
    C([{ type: 'text', text: 'Hel' }, 'lo', { type: 'output_text', text: '!' }]) + STOP + DONE,
    hello,
  ],
  ['content as an object', C({ type: 'text', text: 'Hello!' }) + STOP + DONE, hello],
  ['content as a number', C(42) + C('Hello!') + STOP + DONE, helloAnd({ skipped: 'unreadable=1' })],
  [
    'thinking as parts of the content',
    C([{ type: 'thinking', thinking: [{ type: 'text', text: 'I plan.' }] }]) +
      C([{ type: 'text', text: 'Hello!' }]) +
      STOP +
      DONE,
    {
      parts: [
        { type: 'reasoning', text: 'I plan.' },
        { type: 'text', text: 'Hello!' },
      ],
      finish: 'stop',
    },
  ],
  [
    'reasoning under another name',
    json(chunk({ delta: { thinking: 'I plan.', content: null } })) + C('Hello!') + STOP + DONE,
    {
      parts: [
        { type: 'reasoning', text: 'I plan.' },
        { type: 'text', text: 'Hello!' },
      ],
      finish: 'stop',
    },
  ],
  ['texts in place of deltas', json({ choices: [{ text: 'Hello!', index: 0 }] }) + STOP + DONE, hello],
  [
    'the whole message repeated at the end',
    C('Hello!') + json({ choices: [{ message: { content: 'Hello!' }, finish_reason: 'stop' }] }) + DONE,
    hello,
  ],
  [
    'empty finish reasons',
    json(chunk({ delta: { content: 'Hel' }, finish_reason: '' })) +
      json(chunk({ delta: { content: 'lo!' }, finish_reason: 'null' })) +
      STOP +
      DONE,
    hello,
  ],
  ['an index as text', json({ choices: [{ index: '0', delta: { content: 'Hello!' } }] }) + STOP + DONE, hello],
  [
    'additional choices',
    json({
      choices: [
        { index: 1, delta: { content: 'No' } },
        { index: 0, delta: { content: 'Hello!' } },
      ],
    }) +
      STOP +
      DONE,
    hello,
  ],
  [
    'a role in every chunk',
    ['Hel', 'lo', '!'].map((content) => json(chunk({ delta: { role: 'model', content } }))).join('') + STOP + DONE,
    hello,
  ],
  [
    'unknown fields',
    json(
      chunk({ delta: { content: 'Hello!', audio: { x: 1 }, x_vendor: [] }, logprobs: 7 }, { system_fingerprint: 9 }),
    ) +
      STOP +
      DONE,
    hello,
  ],
  [
    'an error before any text',
    json({ error: { message: 'overloaded', code: 503 } }) + DONE,
    { parts: [], fails: 'provider_error' },
  ],
  ['an error that is a text', json({ error: 'no such model' }), { parts: [], fails: 'provider_error' }],
  [
    'an error event without the usual field',
    'event: error\ndata: {"message":"too long","code":400}\n\n',
    { parts: [], fails: 'provider_error' },
  ],
  [
    'an error after text',
    C('Hello!') + json({ error: { message: 'lost' } }) + DONE,
    { parts: hello.parts, fails: 'provider_cut' },
  ],
  ['an error that is null', json({ ...chunk({ delta: { content: 'Hello!' } }), error: null }) + STOP + DONE, hello],
  [
    'an error after the end',
    C('Hello!') + STOP + json({ error: { message: 'lost' } }),
    helloAnd({ skipped: 'after_end=1' }),
  ],
  ['a cut after the end', { body: C('Hello!') + STOP, ending: 'cut' }, helloAnd({ skipped: 'after_end=1' })],
  ['garbage after the end', `${C('Hello!')}${STOP}data: {"error\n\n</html>`, helloAnd({ skipped: 'not_json=2' })],
  ['an open connection after the end', { body: C('Hello!') + STOP, ending: 'open' }, hello],
  ['an open connection after [DONE]', { body: C('Hello!') + STOP + DONE, ending: 'open' }, hello],
  ['a cut before the end', { body: C('Hello!'), ending: 'cut' }, { parts: hello.parts, fails: 'provider_cut' }],
  ['no end at all', C('Hello!'), { parts: hello.parts, fails: 'provider_cut' }],
  ['no finish reason until [DONE]', C('Hello!') + DONE, helloAnd({ finish: 'other' })],
  [
    'calls and no finish reason until [DONE]',
    T([{ index: 0, id: 'a', function: { name: 'look', arguments: '{"at":"x"}' } }]) + DONE,
    called,
  ],
  ['no [DONE]', C('Hello!') + STOP, hello],
  ['[DONE] with spaces, twice', `${C('Hello!')}${STOP}data:   [DONE]  \n\n${DONE}`, hello],
  ['text after [DONE]', C('Hello!') + STOP + DONE + C(' No.'), helloAnd({ skipped: 'after_end=1' })],
  ['text after the finish reason', C('Hel') + STOP + C('lo!') + STOP + DONE, hello],
  ['line ends of Windows', (C('Hello!') + STOP + DONE).replaceAll('\n', '\r\n'), hello],
  ['line ends of old Macs', (C('Hello!') + STOP + DONE).replaceAll('\n', '\r'), hello],
  ['a byte order mark', `\uFEFF${C('Hello!')}${STOP}${DONE}`, hello],
  [
    'characters of several bytes',
    C('Grüße, 世界 🐠!') + STOP + DONE,
    { parts: [{ type: 'text', text: 'Grüße, 世界 🐠!' }], finish: 'stop' },
  ],
  [
    'one event on several lines',
    `data: {"choices":\ndata: [{"delta":\ndata: {"content":"Hello!"}}]}\n\n${STOP}${DONE}`,
    hello,
  ],
  ['no blank lines', (C('Hel') + C('lo!') + STOP + DONE).replaceAll('\n\n', '\n'), hello],
  [
    'no blank lines, and metrics',
    `data: [METRICS]\n${(C('Hel') + C('lo!') + STOP + DONE).replaceAll('\n\n', '\n')}`,
    helloAnd({ skipped: 'not_json=1' }),
  ],
  ['no last line end', (C('Hello!') + STOP).trimEnd(), hello],
  ['no space after the colon', (C('Hello!') + STOP + DONE).replaceAll('data: ', 'data:'), hello],
  [
    'a huge chunk',
    C('x'.repeat(100_000)) + STOP + DONE,
    { parts: [{ type: 'text', text: 'x'.repeat(100_000) }], finish: 'stop' },
  ],
  [
    'a line above the limit',
    `${C('Hel')}data: {"x":"${'x'.repeat(1_100_000)}"}\n\n${C('lo!')}${STOP}${DONE}`,
    helloAnd({ skipped: 'too_long=1' }),
  ],
  ['another content type', { body: C('Hello!') + STOP + DONE, headers: { 'content-type': 'text/plain' } }, hello],
  [
    'a completion in place of a stream',
    { body: JSON.stringify(completion), headers: { 'content-type': 'application/json' } },
    helloAnd({ usage: { inputTokens: 3, outputTokens: 2 } }),
  ],
  [
    'a completion on several lines',
    { body: JSON.stringify(completion, null, 2), headers: { 'content-type': 'application/json' } },
    helloAnd({ usage: { inputTokens: 3, outputTokens: 2 } }),
  ],
  [
    'a completion with a call',
    JSON.stringify({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: { at: 'x' } } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    }),
    called,
  ],
  ['a completion without a finish reason', JSON.stringify({ choices: [{ message: { content: 'Hello!' } }] }), hello],
  [
    'a list of chunks',
    `[${JSON.stringify(chunk({ delta: { content: 'Hel' } }))},\n${JSON.stringify(chunk({ delta: { content: 'lo!' }, finish_reason: 'stop' }))}]`,
    hello,
  ],
  ['chunks as lines of JSON', (C('Hel') + C('lo!') + STOP).replaceAll('data: ', '').replaceAll('\n\n', '\n'), hello],
  [
    'chunks as lines of JSON, and [DONE]',
    `${(C('Hello!') + STOP).replaceAll('data: ', '').replaceAll('\n\n', '\n')}[DONE]\n`,
    hello,
  ],
  [
    'arguments nested too deep to be written',
    `${C('Hello!')}data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"look","arguments":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}}]}}]}\n\n${STOP}${DONE}`,
    helloAnd({ skipped: 'unreadable=1' }),
  ],
  [
    'content nested too deep',
    `${C('Hello!')}data: ${'['.repeat(30_000)}${']'.repeat(30_000)}\n\n${STOP}${DONE}`,
    helloAnd({ skipped: 'not_an_object=1' }),
  ],
  ['everything in one chunk', gemini, hello],
  [
    'calls without index and type',
    T([{ id: 'a', function: { name: 'look', arguments: '{"at":' } }]) +
      T([{ function: { arguments: '"x"}' } }]) +
      CALLS +
      DONE,
    called,
  ],
  [
    'calls with an index as text',
    T([{ index: '0', id: 'a', function: { name: 'look', arguments: '{"at":' } }]) +
      T([{ index: '0', function: { arguments: '"x"}' } }]) +
      CALLS +
      DONE,
    called,
  ],
  [
    'calls without an id',
    T([{ index: 0, function: { name: 'look', arguments: '{"at":"x"}' } }]) + CALLS + DONE,
    called,
  ],
  [
    'a call that is not a list',
    T({ index: 0, id: 7, function: { name: 'look', arguments: '{"at":"x"}' } }) + CALLS + DONE,
    called,
  ],
  [
    'arguments as an object',
    T([{ index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: { at: 'x' } } }]) + CALLS + DONE,
    called,
  ],
  [
    'arguments as null, then as text',
    T([{ index: 0, id: 'a', function: { name: 'look', arguments: null } }]) +
      T([{ index: 0, id: null, function: { name: null, arguments: '{"at":"x"}' } }]) +
      CALLS +
      DONE,
    called,
  ],
  [
    'arguments before the name',
    T([{ index: 0, id: 'a', function: { arguments: '{"at":' } }]) +
      T([{ index: 0, function: { name: 'look', arguments: '"x"}' } }]) +
      CALLS +
      DONE,
    called,
  ],
  [
    'a call that never gets a name',
    C('Hello!') + T([{ index: 0, function: { arguments: '{}' } }]) + T([null]) + STOP + DONE,
    helloAnd({ skipped: 'unreadable=2' }),
  ],
  [
    'a call whose function is null',
    C('Hello!') + T([{ index: 0, id: 'a', function: null }]) + STOP + DONE,
    helloAnd({ skipped: 'unreadable=1' }),
  ],
]
