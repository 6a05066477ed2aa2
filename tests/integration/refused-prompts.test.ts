/**
 * Tests that a chat can always continue: with models that require alternating roles and models that cannot view images.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { makeKey } from './key-client'

const folder = mkdtempSync(join(tmpdir(), 'goldfish-catalog-'))
let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  const MODEL_CATALOG_FILE = join(folder, 'catalog.json')
  writeFileSync(
    MODEL_CATALOG_FILE,
    JSON.stringify([{ id: 'stub-model' }, { id: 'text-model', vision: false }, { id: 'other-model' }]),
  )
  goldfish = await startGoldfish({ env: { MODEL_CATALOG_FILE } })
})
afterAll(async () => {
  await goldfish?.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  goldfish.stub.reset()
  await goldfish.redis.flushall()
  ada = await signUp(goldfish.url)
})

const calls = () => goldfish.stub.log()
const statuses = () => calls().map(({ status }) => status)
/** Returns the messages of the newest model call, without the system message. */
const newest = () =>
  calls()
    .at(-1)
    ?.messages.filter(({ role }) => role !== 'system') ?? []
const uncached = 'bypass' as const
const stop = async (conversationId: string) => {
  await expect
    .poll(() =>
      goldfish.sql(`select 1 from message where conversation_id = $1 and status = 'streaming'`, [conversationId]),
    )
    .toHaveLength(1)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
}

/** Each function runs one or two turns that end without a complete answer. */
const endings = {
  'a failed call': async (conversationId: string) => {
    goldfish.stub.script([{ status: 400 }])
    expect((await ada.send({ conversationId, cache: uncached }, 'First?')).metadata?.status).toBe('failed')
  },
  'two failed calls': async (conversationId: string) => {
    goldfish.stub.script([{ status: 400 }, { cut: 0 }])
    await ada.send({ conversationId, cache: uncached }, 'First?')
    await ada.send({ conversationId, cache: uncached }, 'First again?')
  },
  'a stop before the first word': async (conversationId: string) => {
    goldfish.stub.script([{ ttftMs: 20_000 }])
    const sending = ada.send({ conversationId, cache: uncached }, 'First?')
    await stop(conversationId)
    expect((await sending).metadata?.status).toBe('stopped')
  },
  'an answer that was cut off': async (conversationId: string) => {
    goldfish.stub.script([{ tokens: 20, cut: 3 }])
    await ada.send({ conversationId, cache: uncached }, 'First?')
  },
  'an answer with nothing but reasoning': async (conversationId: string) => {
    goldfish.stub.script([{ reasoning: true, tokens: 20, cut: 0 }])
    await ada.send({ conversationId, cache: uncached }, 'First?')
  },
  'an answer of blank lines': async (conversationId: string) => {
    goldfish.stub.script([{ text: '\n\n' }])
    await ada.send({ conversationId, cache: uncached }, 'First?')
  },
  'a tool call that was never approved or denied': async (conversationId: string) => {
    const made = await ada.fetch('/api/todos', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Milk' }),
    })
    const { id } = (await made.json()) as { id: string }
    await ada.send({ conversationId, cache: uncached }, `First? [stub:tool=delete_todo {"id":"${id}"}]`)
  },
} as const

describe.each(Object.entries(endings))('alternating roles after %s', (_, runFirstTurn) => {
  test('a model that requires alternating roles gets every question, and the chat continues', async () => {
    const conversationId = v7()
    await runFirstTurn(conversationId)
    goldfish.stub.script([{ match: 'Second?', strict: true, text: 'Well.' }])
    goldfish.stub.script([{ match: 'Third?', strict: true, text: 'Well, well.' }])
    const second = await ada.send({ conversationId, cache: uncached }, 'Second?')
    expect(second).toMatchObject({ error: null, metadata: { status: 'complete' } })
    expect(JSON.stringify(newest())).toContain('First?')
    const again = {
      conversationId,
      trigger: 'regenerate-message',
      messageId: second.messageId ?? '',
      turnId: v7(),
    } as const
    expect((await ada.send(again)).metadata?.status).toBe('complete')
    expect((await ada.send({ conversationId, cache: uncached }, 'Third?')).metadata?.status).toBe('complete')
  })
})

test('messages of a /v1 request in any order reach the model with alternating roles', async () => {
  const { key } = await makeKey(ada, ['chat'])
  const ask = async (...messages: { role: string; content: string }[]) => {
    const response = await fetch(`${goldfish.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'stub-model', messages }),
    })
    return response.status
  }
  const user = (content: string) => ({ role: 'user', content })
  const assistant = (content: string) => ({ role: 'assistant', content })
  goldfish.stub.script([{ match: 'Last?', strict: true }])
  expect(await ask(user('One?'), user('Two?'), user('Last?'))).toBe(200)
  expect(newest()).toEqual([user('One?\n\nTwo?\n\nLast?')])
  expect(await ask(assistant('Welcome.'), assistant('Ask me.'), user('Last? 2'))).toBe(200)
  expect(newest().slice(1)).toEqual([assistant('Welcome.\n\nAsk me.'), user('Last? 2')])
  expect(await ask(user('One?'), assistant(''), user('Last? 3'))).toBe(200)
})

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const withImage = (text: string) => ({
  id: v7(),
  role: 'user' as const,
  parts: [
    { type: 'file' as const, mediaType: 'image/png', filename: 'photo.png', url: `data:image/png;base64,${png}` },
    { type: 'text' as const, text },
  ],
})
const placeholder = '[Image: photo.png. This model cannot view images.]'
const notices = ({ chunks }: { chunks: { type: string; data?: unknown }[] }) =>
  chunks.flatMap(({ type, data }) => (type === 'data-notice' ? [data] : []))
const omittedImages = (model: string) => [{ code: 'images_left_out', model }]
const rejectsImages = { match: 'photo', textonly: true, strict: true } as const

describe('models that reject images', () => {
  test('a model that rejects images answers without them, with a notice, and later turns leave them out', async () => {
    goldfish.stub.script([rejectsImages])
    const conversationId = v7()
    const first = await ada.send({ conversationId, message: withImage('What is in this photo?') })
    expect(first).toMatchObject({ error: null, metadata: { status: 'complete' } })
    expect(notices(first)).toEqual(omittedImages('stub-model'))
    expect(statuses()).toEqual([400, 200])
    expect(newest()).toEqual([{ role: 'user', content: `${placeholder}\n\nWhat is in this photo?` }])
    const [stored] = await ada.messages(conversationId)
    expect(stored?.parts[0]).toEqual({ type: 'data-notice', data: omittedImages('stub-model')[0] })

    // The server must also find the rejection in the stored answer, because Redis may lose its data.
    await goldfish.redis.flushall()
    const second = await ada.send({ conversationId }, 'And what else is in the photo?')
    expect(second.metadata?.status).toBe('complete')
    expect(statuses()).toEqual([400, 200, 200])
    expect(notices(second)).toEqual([])
  })

  test('a model that rejected an image gets no more images of the user while Redis has the rejection', async () => {
    goldfish.stub.script([rejectsImages])
    await ada.send({ conversationId: v7(), message: withImage('A photo?') })
    await expect.poll(() => goldfish.redis.keys('gf:1:images:*')).toHaveLength(1)
    const next = await ada.send({ conversationId: v7(), message: withImage('Another photo?') })
    expect(notices(next)).toEqual(omittedImages('stub-model'))
    expect(statuses()).toEqual([400, 200, 200])
  })

  test('a rejection of images does not affect other models, which get the images after a switch', async () => {
    goldfish.stub.script([{ ...rejectsImages, times: 2 }])
    const conversationId = v7()
    await ada.send({ conversationId, message: withImage('A photo?') })
    const next = await ada.send({ conversationId, model: 'other-model' }, 'What do you see?')
    expect(next.metadata?.status).toBe('complete')
    expect(notices(next)).toEqual([])
    expect(JSON.stringify(newest())).toContain('image_url')
  })

  test('a turn fails if the model rejects its prompt both with and without images', async () => {
    goldfish.stub.script([{ match: 'photo', status: 400 }])
    const sent = await ada.send({ conversationId: v7(), message: withImage('A photo?') })
    expect(sent).toMatchObject({ error: { code: 'provider_error' }, metadata: { status: 'failed' } })
    expect(notices(sent)).toEqual([])
    expect(statuses()).toEqual([400, 400])
  })

  test('a model without vision never gets images, and a chat with images continues after a switch to it', async () => {
    const conversationId = v7()
    expect((await ada.send({ conversationId, message: withImage('A photo?') })).metadata?.status).toBe('complete')
    goldfish.stub.script([{ ...rejectsImages, match: 'And' }])
    const next = await ada.send({ conversationId, model: 'text-model' }, 'And now?')
    expect(next.metadata?.status).toBe('complete')
    expect(notices(next)).toEqual([])
    const shown = await ada.send({ conversationId, model: 'text-model', message: withImage('And this photo?') })
    expect(notices(shown)).toEqual(omittedImages('text-model'))
    expect(statuses()).toEqual([200, 200, 200])
    const models = (await (await ada.fetch('/api/models')).json()) as {
      items: { id: string; vision: boolean | null }[]
    }
    expect(models.items.map(({ id, vision }) => [id, vision])).toContainEqual(['text-model', false])
  })
})
