import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, readAnswer, signUp, userMessage } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2 })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

describe('turns', () => {
  test('a turn streams the answer, and both messages are stored with the text that was streamed', async () => {
    const conversationId = v7()
    const sent = await ada.send({ conversationId }, 'How tall is the Eiffel tower?')

    expect(sent.status).toBe(200)
    expect(sent.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
    expect(sent.headers.get('cache-status')).toBe('goldfish; fwd=miss')
    expect(sent.metadata).toMatchObject({ model: 'stub-model', cacheStored: true, usage: { outputTokens: 20 } })
    const [answer, question] = await ada.messages(conversationId)
    expect(question).toMatchObject({ role: 'user', status: 'complete', seq: 1, parentId: null })
    expect(answer).toMatchObject({ id: sent.messageId, role: 'assistant', status: 'complete', seq: 2 })
    expect(answer?.parentId).toBe(question?.id)
    expect(answer?.parts).toEqual([{ type: 'text', text: sent.text, state: 'done' }])
    expect(sent.text).not.toBe('')
  })

  test('the prompt repeats the history from Postgres with the same bytes in every turn', async () => {
    const conversationId = v7()
    const questions = Array.from({ length: 10 }, (_, index) => `What comes after number ${index}, please?`)
    for (const question of questions) expect((await ada.send({ conversationId }, question)).error).toBeNull()

    const calls = goldfish.stub.log()
    expect(calls).toHaveLength(10)
    const prompts = calls.map((call) => JSON.stringify(call.messages).slice(0, -1))
    for (const [index, prompt] of prompts.entries()) {
      expect(calls[index]?.messages).toHaveLength(2 + 2 * index)
      if (index > 0) expect(prompt.startsWith(prompts[index - 1] ?? '-')).toBe(true)
    }
    expect(await ada.messages(conversationId)).toHaveLength(20)
  })

  test('attached files are sent to the model and kept in the history, and their answers are not cached', async () => {
    const conversationId = v7()
    const url = 'data:image/png;base64,iVBORw0KGgo='
    const notes = `data:text/plain;base64,${Buffer.from('Bring a net.').toString('base64')}`
    const ask = (turnId: string) =>
      ada.send({
        conversationId,
        message: {
          ...userMessage('What is in the pond?'),
          id: turnId,
          parts: [
            { type: 'text', text: 'What is in the pond?' },
            { type: 'file', mediaType: 'image/png', url, filename: 'pond.png' },
            { type: 'file', mediaType: 'text/plain', url: notes, filename: 'notes.txt' },
          ],
        },
      })
    const first = await ask(v7())
    expect(first).toMatchObject({ status: 200, error: null, metadata: { cacheStored: false } })
    expect((await ask(v7())).cache?.status).toBe('miss')
    const askColor = () => ada.send({ conversationId, parentId: first.messageId }, 'What color is it?')
    expect(await askColor()).toMatchObject({ metadata: { cacheStored: false } })
    expect((await askColor()).cache?.status).toBe('miss')

    const asked = {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url } },
        {
          type: 'text',
          text: '<attached-file name="notes.txt">\nBring a net.\n</attached-file>\n\nWhat is in the pond?',
        },
      ],
    }
    const calls = goldfish.stub.log()
    expect(calls[0]?.messages.at(-1)).toEqual(asked)
    expect(calls[1]?.messages.filter((message) => (message as { role: string }).role === 'user')).toEqual([
      asked,
      asked,
    ])
    const stored = await ada.messages(conversationId)
    expect(stored.at(-1)?.parts).toContainEqual({ type: 'file', mediaType: 'image/png', url, filename: 'pond.png' })
  })

  test('an answer is stored without the characters that Postgres cannot store in text', async () => {
    const conversationId = v7()
    goldfish.stub.script([{ match: 'odd answer', times: 1, text: 'nothing\u0000 here, half a \ud83d fish, whole 🐟' }])
    const sent = await ada.send({ conversationId }, 'An odd answer, please')
    expect(sent).toMatchObject({ status: 200, error: null, metadata: { status: 'complete' } })
    const [answer] = await ada.messages(conversationId)
    expect(answer?.parts).toEqual([{ type: 'text', text: 'nothing here, half a \ufffd fish, whole 🐟', state: 'done' }])
    expect(await ada.send({ conversationId }, 'And now?')).toMatchObject({ status: 200, error: null })
  })

  test('an answer is stored completely if the client disconnects', async () => {
    const conversationId = v7()
    const leaving = new AbortController()
    const response = await ada.fetch('/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ conversationId, message: userMessage('[stub:tokens=30] [stub:gap=20] Tell me all') }),
      signal: leaving.signal,
    })
    await response.body?.getReader().read()
    leaving.abort()

    await expect.poll(async () => (await ada.messages(conversationId))[0]?.status, { timeout: 10_000 }).toBe('complete')
    expect(goldfish.stub.log()).toMatchObject([{ clientAborted: false }])
  })

  test('a turn is rejected while another one runs in the conversation, and accepted after that', async () => {
    const conversationId = v7()
    const first = ada.send({ conversationId }, '[stub:tokens=80] [stub:gap=40] A slow one')
    await expect.poll(() => goldfish.stub.log().length).toBe(1)
    const second = await ada.send({ conversationId }, 'Another one')
    expect(second.problem).toMatchObject({ status: 409, code: 'turn_in_progress' })
    expect((await first).error).toBeNull()
    expect((await ada.send({ conversationId }, 'Another one')).status).toBe(200)
    expect(await ada.messages(conversationId)).toHaveLength(4)
  })

  test('a turn can be stopped from any instance and keeps the text that was streamed', async () => {
    const conversationId = v7()
    const running = ada.send({ conversationId }, '[stub:tokens=2000] [stub:gap=20] A very long one')
    await expect.poll(() => goldfish.stub.log().length).toBe(1)
    await expect
      .poll(async () => JSON.stringify((await ada.messages(conversationId))[0]?.parts), { timeout: 5000 })
      .toContain('text')
    const stops = await Promise.all(
      goldfish.instances.map((instance) =>
        personAt(instance.url, ada, goldfish.url).fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' }),
      ),
    )
    // The second request will return 204 if the first one has already stopped the turn.
    const statuses = stops.map(({ status }) => status)
    expect(statuses).toContain(202)
    for (const status of statuses) expect([202, 204]).toContain(status)

    const sent = await running
    const [answer] = await ada.messages(conversationId)
    expect(answer).toMatchObject({ status: 'stopped', parts: [{ type: 'text', text: sent.text }] })
    await expect.poll(() => goldfish.stub.log()[0]?.clientAborted).toBe(true)
    const again = await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
    expect(again.status).toBe(204)
  })

  test('a turn that fails at the model keeps the question, reports the error, and can be regenerated', async () => {
    const conversationId = v7()
    const failed = await ada.send({ conversationId }, '[stub:cut=5] Tell me a story')
    expect(failed.status).toBe(200)
    expect(failed.error).toMatchObject({ code: 'provider_cut', retryable: true })
    expect(failed.chunks.at(-1)).toMatchObject({ type: 'error', errorText: failed.error?.message })
    const [answer, question] = await ada.messages(conversationId)
    expect(answer).toMatchObject({ status: 'failed', error: { code: 'provider_cut' } })
    expect(answer?.parts).toMatchObject([{ type: 'text', text: failed.text }])

    goldfish.stub.script([{ text: 'Once upon a time.' }])
    const retried = await ada.send({
      conversationId,
      trigger: 'regenerate-message',
      messageId: answer?.id ?? '',
      turnId: v7(),
    })
    expect(retried.text).toBe('Once upon a time.')
    const [retry, same] = await ada.messages(conversationId)
    expect(same?.id).toBe(question?.id)
    expect(retry?.siblings).toEqual([answer?.id, retry?.id])
  })
})

describe('repeated requests', () => {
  test('a repeated turn replays the stored answer without new messages or model calls', async () => {
    const conversationId = v7()
    const message = userMessage('What is a turn id?')
    const first = await ada.send({ conversationId, message })
    const repeats = await Promise.all([1, 2, 3, 4].map(() => ada.send({ conversationId, message })))
    for (const repeat of repeats) {
      expect(repeat.headers.get('idempotency-replayed')).toBe('true')
      expect(repeat).toMatchObject({ status: 200, text: first.text, messageId: first.messageId })
      expect(repeat.metadata).toMatchObject({ turnId: message.id, usage: first.metadata?.usage })
    }
    expect(await ada.messages(conversationId)).toHaveLength(2)
    expect(goldfish.stub.log()).toHaveLength(1)
  })

  test('one of many parallel requests with the same id runs, and the others get 409 or its answer', async () => {
    const conversationId = v7()
    const message = userMessage('All at once')
    const sent = await Promise.all(Array.from({ length: 20 }, () => ada.send({ conversationId, message })))
    const statuses = new Set(sent.map(({ status }) => status))
    expect([...statuses].every((status) => status === 200 || status === 409)).toBe(true)
    expect(sent.filter(({ status, headers }) => status === 200 && !headers.has('idempotency-replayed'))).toHaveLength(1)
    expect(await ada.messages(conversationId)).toHaveLength(2)
    expect(goldfish.stub.log()).toHaveLength(1)
  })

  test('a repeated id with another text is rejected and changes nothing', async () => {
    const conversationId = v7()
    const message = userMessage('The first text')
    await ada.send({ conversationId, message })
    const other = await ada.send({ conversationId, message: { ...userMessage('Another text'), id: message.id } })
    expect(other.problem).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
    expect((await ada.messages(conversationId))[1]?.parts).toMatchObject([{ text: 'The first text' }])
  })

  test('an id that another user has used begins a separate turn', async () => {
    const bob = await signUp(goldfish.url)
    const conversationId = v7()
    const message = userMessage('My own text')
    await ada.send({ conversationId, message })
    const his = await bob.send({ conversationId, message: { ...userMessage('His text'), id: message.id } })
    expect(his.status).toBe(200)
    expect(his.headers.has('idempotency-replayed')).toBe(false)
    expect((await ada.messages(conversationId))[1]?.parts).toMatchObject([{ text: 'My own text' }])
    expect((await bob.messages(conversationId))[1]?.parts).toMatchObject([{ text: 'His text' }])
  })
})

describe('branches', () => {
  test('an edited question is stored as a sibling, and the old branch is kept', async () => {
    const conversationId = v7()
    await ada.send({ conversationId }, 'First question')
    const second = await ada.send({ conversationId }, 'Second question')
    const [, question, firstAnswer] = await ada.messages(conversationId)
    await ada.send({ conversationId, parentId: firstAnswer?.id ?? null }, 'Second question, edited')

    const branch = await ada.messages(conversationId)
    expect(branch.map(({ parts }) => parts.find((part) => part.type === 'text')?.text)).toMatchObject({
      1: 'Second question, edited',
      3: 'First question',
    })
    expect(branch[1]?.siblings).toEqual([question?.id, branch[1]?.id])
    const old = await ada.fetch(`/api/conversations/${conversationId}/messages?leaf=${second.messageId}`)
    expect(JSON.stringify(await old.json())).toContain('"Second question"')
    expect(JSON.stringify(goldfish.stub.log().at(-1)?.messages)).not.toContain('"Second question"')
  })

  test('the first question of a conversation can be edited', async () => {
    const conversationId = v7()
    await ada.send({ conversationId }, 'Where is Rome?')
    await ada.send({ conversationId, parentId: null }, 'Where is Oslo?')
    const branch = await ada.messages(conversationId)
    expect(branch).toHaveLength(2)
    expect(branch[1]?.siblings).toHaveLength(2)
  })

  test('regenerating an answer calls the model again and stores a sibling', async () => {
    const conversationId = v7()
    const first = await ada.send({ conversationId }, 'Say something')
    const again = await ada.send({
      conversationId,
      trigger: 'regenerate-message',
      messageId: first.messageId ?? '',
      turnId: v7(),
    })
    expect(again.headers.get('cache-status')).toBe('goldfish; fwd=bypass')
    expect(goldfish.stub.log()).toHaveLength(2)
    const branch = await ada.messages(conversationId)
    expect(branch).toHaveLength(2)
    expect(branch[0]).toMatchObject({ id: again.messageId, siblings: [first.messageId, again.messageId] })
  })
})

describe('the answer cache', () => {
  const ask = (person: Person, text: string, more = {}) => person.send({ conversationId: v7(), ...more }, text)

  test('the answer cache answers a repeated question in a new conversation', async () => {
    const first = await ask(ada, 'What is the capital of France?')
    const exact = await ask(ada, 'what is the capital of france')
    expect(exact.headers.get('cache-status')).toMatch(/^goldfish; hit; detail="exact; age=\d+"$/)
    expect(exact.cache).toMatchObject({ status: 'hit', layer: 'exact' })
    expect(exact.text).toBe(first.text)
    const words = await ask(ada, 'Hi, could you please tell me what’s the capital of France?')
    expect(words.cache).toMatchObject({ status: 'hit', layer: 'words' })
    expect(goldfish.stub.log()).toHaveLength(1)
    expect(words.metadata).toMatchObject({ usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 })
  })

  test('a cache hit is stored as an ordinary message with the cache layer', async () => {
    await ask(ada, 'What is the capital of Spain?')
    const conversationId = v7()
    const hit = await ada.send({ conversationId }, 'What is the capital of Spain?')
    expect((await ada.messages(conversationId))[0]).toMatchObject({
      status: 'complete',
      cache: { status: 'hit', layer: 'exact' },
      parts: [{ type: 'text', text: hit.text }],
    })
  })

  test('the answer cache does not use the answers of other users', async () => {
    await ask(ada, 'What is the capital of Italy?')
    const bob = await signUp(goldfish.url)
    expect((await ask(bob, 'What is the capital of Italy?')).cache?.status).toBe('miss')
  })

  test('a follow-up question is a cache hit only if the whole conversation is the same', async () => {
    const talk = async (person: Person, ...texts: string[]) => {
      const conversationId = v7()
      let last = null
      for (const text of texts) last = await person.send({ conversationId }, text)
      return last
    }
    await talk(ada, 'Which vaccines does Peru ask for?', 'And for children?')
    expect((await talk(ada, 'Which vaccines does Peru ask for?', 'And for children?'))?.cache?.status).toBe('hit')
    expect((await talk(ada, 'Which visas does Peru ask for?', 'And for children?'))?.cache?.status).toBe('miss')
  })

  test('the cache mode `bypass` replaces the cached answer, and `only` does not call the model', async () => {
    const question = 'What is the capital of Norway?'
    const unknown = v7()
    const missed = await ada.send({ conversationId: unknown, cache: 'only' }, question)
    expect(missed.problem).toMatchObject({ status: 504, code: 'not_cached' })
    expect((await ada.fetch(`/api/conversations/${unknown}`)).status).toBe(404)
    expect(goldfish.stub.log()).toHaveLength(0)

    await ask(ada, question)
    goldfish.stub.script([{ text: 'A newer answer.' }])
    const fresh = await ask(ada, question, { cache: 'bypass' })
    expect(fresh.headers.get('cache-status')).toBe('goldfish; fwd=bypass')
    const only = await ask(ada, question, { cache: 'only' })
    expect(only.text).toBe('A newer answer.')
  })

  test('the answerCache preference turns the answer cache off', async () => {
    await ask(ada, 'What is the capital of Chile?')
    await ada.fetch('/api/preferences', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answerCache: 'off' }),
    })
    const sent = await ask(ada, 'What is the capital of Chile?')
    expect(sent.cache?.status).toBe('bypass')
    expect(sent.metadata?.cacheStored).toBe(false)
  })

  test.each(['[stub:cut=3] a broken one', 'What is the weather in Rome right now?'])(
    'the answer to "%s" is not cached',
    async (text) => {
      expect((await ask(ada, text)).metadata?.cacheStored).toBe(false)
      expect((await ask(ada, text)).cache?.status).toBe('miss')
    },
  )
})

test('the Server-Timing header has the durations of session, opening and cache look-up', async () => {
  const { headers } = await ada.send({ conversationId: v7() }, 'How long does it take?')
  const timing = headers.get('server-timing') ?? ''
  for (const name of ['auth', 'open', 'cache']) expect(timing).toMatch(new RegExp(`(^|, )${name};dur=\\d+(,|$)`))
})

test('a client with only a bearer token can send a turn', async () => {
  const response = await fetch(`${goldfish.url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.bearer}` },
    body: JSON.stringify({ conversationId: v7(), message: userMessage('Hello from a script') }),
  })
  expect((await readAnswer(response)).text).not.toBe('')
})

test('a conversation continues without loss if an instance is killed between turns', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, 'Remember the word heron.')
  const [victim] = goldfish.instances
  await victim?.kill()
  const next = await ada.send({ conversationId }, 'Which word?')
  expect(next.status).toBe(200)
  expect(JSON.stringify(goldfish.stub.log().at(-1)?.messages)).toContain('Remember the word heron.')
  expect(await ada.messages(conversationId)).toHaveLength(4)
  await victim?.restart()
})
