import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  ConversationItem,
  DeletedConversations,
  FoundConversation,
  MessageItem,
  Page,
  Problem,
  UsageSummary,
} from '@/lib/contract/api'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

let goldfish: Goldfish
let ada: Person
let eve: Person
beforeAll(async () => {
  goldfish = await startGoldfish()
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
async function read<Body>(response: Response): Promise<Body> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return JSON.parse(text) as Body
}
const problemOf = async (response: Response) => {
  const { status, code } = (await response.json()) as Problem
  return { status, code }
}
const item = async (person: Person, id: string) =>
  read<ConversationItem>(await person.fetch(`/api/conversations/${id}`))
const list = async (person: Person, query = '') =>
  (await read<Page<ConversationItem>>(await person.fetch(`/api/conversations?limit=100${query}`))).items
const search = async (person: Person, q: string) =>
  (await read<Page<FoundConversation>>(await person.fetch(`/api/conversations?q=${encodeURIComponent(q)}`))).items
const patch = (person: Person, id: string, body: unknown) =>
  person.fetch(`/api/conversations/${id}`, json('PATCH', body))

async function talk(person: Person, text: string, more: object = {}) {
  const conversationId = v7()
  const sent = await person.send({ conversationId, ...more }, text)
  expect(sent.status).toBe(200)
  return { id: conversationId, sent }
}

describe('PATCH /api/conversations/{id}', () => {
  test('a conversation can be renamed, pinned and archived without moving in the list', async () => {
    const person = await signUp(goldfish.url)
    const { id } = await talk(person, 'The older one')
    const newer = await talk(person, 'The newer one')
    const patched = await read<ConversationItem>(await patch(person, id, { title: '  Tea time  ', pinned: true }))
    expect(patched).toMatchObject({ id, title: 'Tea time', titledBy: 'user', pinned: true, archived: false })
    expect(await item(person, id)).toEqual(patched)
    expect((await list(person)).map((one) => one.id)).toEqual([newer.id, id])
    expect((await list(person, '&pinned=true')).map((one) => one.id)).toEqual([id])
    expect((await search(person, 'tea tim')).map((one) => one.id)).toEqual([id])
    await read(await patch(person, id, { archived: true }))
    expect((await list(person)).map((one) => one.id)).toEqual([newer.id])
    expect((await list(person, '&archived=true')).map((one) => one.id)).toEqual([id])
  })

  test('setting any message as `activeLeafId` activates the newest leaf below that message', async () => {
    const { id, sent } = await talk(ada, 'Which way?')
    const question = (await ada.messages(id)).find(({ role }) => role === 'user')
    const left = await ada.send({ conversationId: id }, 'To the left')
    const right = await ada.send({ conversationId: id, parentId: sent.messageId ?? '' }, 'To the right')
    expect((await ada.messages(id))[0]?.id).toBe(right.messageId)
    const leftQuestion = (
      await read<Page<MessageItem>>(await ada.fetch(`/api/conversations/${id}/messages?leaf=${left.messageId}`))
    ).items[1]
    expect(leftQuestion?.siblings).toHaveLength(2)
    const patched = await read<ConversationItem>(await patch(ada, id, { activeLeafId: leftQuestion?.id }))
    expect(patched.activeLeafId).toBe(left.messageId)
    expect((await ada.messages(id)).map((one) => one.id)).toContain(left.messageId)
    // The newest message at every level below the root is on the right branch.
    const again = await read<ConversationItem>(await patch(ada, id, { activeLeafId: question?.id }))
    expect(again.activeLeafId).toBe(right.messageId)
  })

  test('the active branch of a conversation cannot be changed while an answer is running, but the title can', async () => {
    const { id, sent } = await talk(ada, 'A quick one')
    const running = ada.send({ conversationId: id }, '[stub:tokens=400] [stub:gap=50] A slow one')
    await expect.poll(async () => (await item(ada, id)).running).toBe(true)
    expect(await problemOf(await patch(ada, id, { activeLeafId: sent.messageId }))).toEqual({
      status: 409,
      code: 'turn_in_progress',
    })
    expect((await patch(ada, id, { title: 'Meanwhile' })).status).toBe(200)
    await ada.fetch(`/api/chat/${id}/stop`, { method: 'POST' })
    await running
    expect((await item(ada, id)).running).toBe(false)
    expect((await patch(ada, id, { activeLeafId: sent.messageId })).status).toBe(200)
  })

  test.each([
    [{ title: '' }],
    [{ title: '   ' }],
    [{ title: 'x'.repeat(201) }],
    [{ title: 'two\nlines' }],
    [{ title: 7 }],
    [{ title: 'a\u0000b' }],
    [{ pinned: 'yes' }],
    [{ archived: null }],
    [{ activeLeafId: 'x' }],
    [{ userId: 'somebody' }],
    [{ id: v7() }],
    [[]],
    [null],
  ])('PATCH of a conversation rejects %j', async (body) => {
    const { id } = await talk(ada, `Unchanged ${v7()}`)
    // The title is generated after the answer. It must be stored before the conversation is compared.
    await expect.poll(async () => (await item(ada, id)).titledBy).toBe('model')
    const before = await item(ada, id)
    expect(await problemOf(await patch(ada, id, body))).toEqual({ status: 400, code: 'invalid_request' })
    expect(await item(ada, id)).toEqual(before)
  })

  test('an update returns 404 for unknown, deleted and foreign conversations and for messages outside the conversation', async () => {
    const { id } = await talk(ada, 'Mine')
    const other = await talk(ada, 'Another of mine')
    const evesConversation = await talk(eve, 'Eve’s')
    const missing = { status: 404, code: 'not_found' }
    expect(await problemOf(await patch(ada, evesConversation.id, { title: 'Taken' }))).toEqual(missing)
    expect(await problemOf(await patch(ada, v7(), { title: 'Taken' }))).toEqual(missing)
    for (const activeLeafId of [v7(), evesConversation.sent.messageId, other.sent.messageId])
      expect(await problemOf(await patch(ada, id, { activeLeafId }))).toEqual(missing)
    await ada.fetch(`/api/conversations/${id}`, { method: 'DELETE' })
    expect(await problemOf(await patch(ada, id, { pinned: true }))).toEqual(missing)
    expect((await item(eve, evesConversation.id)).title).toBe('Eve’s')
  })
})

describe('GET /api/conversations', () => {
  test('paging neither skips nor repeats a conversation when others are added or deleted between pages', async () => {
    const person = await signUp(goldfish.url)
    const made: string[] = []
    for (let number = 0; number < 7; number++) made.unshift((await talk(person, `Number ${number}`)).id)
    const page = async (cursor: string | null) =>
      read<Page<ConversationItem>>(
        await person.fetch(`/api/conversations?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
      )
    const first = await page(null)
    await talk(person, 'One more')
    await person.fetch(`/api/conversations/${made[1]}`, { method: 'DELETE' })
    await person.fetch(`/api/conversations/${made[4]}`, { method: 'DELETE' })
    const seen = first.items.map(({ id }) => id)
    for (let cursor = first.nextCursor; cursor; ) {
      const next = await page(cursor)
      seen.push(...next.items.map(({ id }) => id))
      cursor = next.nextCursor
    }
    expect(seen).toEqual(made.filter((id) => id !== made[4]))
  })

  test.each(['archived=yes', 'pinned=1', 'q=', 'q=%20', `q=${'x'.repeat(201)}`, 'q=a%00b', 'q=a&cursor=forged'])(
    'the conversation list rejects the query ?%s',
    async (query) => {
      expect(await problemOf(await ada.fetch(`/api/conversations?${query}`))).toEqual({
        status: 400,
        code: 'invalid_request',
      })
    },
  )
})

describe('search', () => {
  test('search finds new messages of the user at once, but no deleted or temporary ones and none of other users', async () => {
    const canary = `quetzal${v7().slice(-8)}`
    const mine = await talk(ada, `About ${canary} and tea`)
    const archived = await talk(ada, `Old ${canary}`)
    await patch(ada, archived.id, { archived: true })
    const deleted = await talk(ada, `Gone ${canary}`)
    await ada.fetch(`/api/conversations/${deleted.id}`, { method: 'DELETE' })
    await talk(ada, `Secret ${canary}`, { temporary: true })
    await talk(eve, `Eve’s ${canary}`)
    const found = await search(ada, canary.toUpperCase().slice(0, 12))
    expect(found.map(({ id }) => id)).toEqual([archived.id, mine.id])
    const [question] = (await ada.messages(mine.id)).filter(({ role }) => role === 'user')
    expect(found[1]?.messageId).toBe(question?.id)
    expect(found[1]?.snippet.text).toBe(`About ${canary} and tea`)
    // An answer must be found as soon as it has ended.
    const firstWords = mine.sent.text.split(' ').slice(0, 6).join(' ')
    expect((await search(ada, firstWords)).find(({ id }) => id === mine.id)?.messageId).toBe(mine.sent.messageId)
    await ada.fetch(`/api/conversations/${deleted.id}/restore`, { method: 'POST' })
    expect(await search(ada, canary)).toHaveLength(3)
  })

  test('a running answer is not indexed by its checkpoints, but can be found after it has stopped', async () => {
    const { id } = await talk(ada, 'Warm up')
    const running = ada.send({ conversationId: id }, '[stub:tokens=400] [stub:gap=20] Slowly')
    const row = async () =>
      (
        await goldfish.sql<{ parts: string; words: string | null }>(
          `select parts::text as parts, search_words::text as words from message
          where conversation_id = $1 and status = 'streaming'`,
          [id],
        )
      )[0]
    await expect.poll(async () => (await row())?.parts ?? '[]').not.toBe('[]')
    expect((await row())?.words).toBeNull()
    await ada.fetch(`/api/chat/${id}/stop`, { method: 'POST' })
    const sent = await running
    const found = await search(ada, sent.text.trim().split(' ').slice(0, 5).join(' '))
    expect(found.map((one) => one.messageId)).toContain(sent.messageId)
  })
})

describe('DELETE /api/conversations', () => {
  const deleteAll = async (person: Person, query = '') =>
    read<DeletedConversations>(await person.fetch(`/api/conversations${query}`, { method: 'DELETE' }))
  const restore = async (person: Person, body: unknown) =>
    read<{ count: number }>(await person.fetch('/api/conversations/restore', json('POST', body)))

  test('deleting all conversations also removes their cached answers, and the conversations can be restored', async () => {
    const person = await signUp(goldfish.url)
    const [first, second, third] = [
      await talk(person, 'One?'),
      await talk(person, 'Two?'),
      await talk(person, 'Three?'),
    ]
    const others = (await list(eve)).length
    await person.fetch(`/api/conversations/${first.id}`, { method: 'DELETE' })
    expect((await person.send({ conversationId: v7(), cache: 'only' }, 'Two?')).status).toBe(200)
    const deletion = await deleteAll(person)
    expect(deletion.count).toBe(3)
    expect(await list(person)).toEqual([])
    expect((await person.fetch(`/api/conversations/${second.id}`)).status).toBe(404)
    expect((await person.send({ conversationId: v7(), cache: 'only' }, 'Two?')).problem?.code).toBe('not_cached')
    expect(await list(eve)).toHaveLength(others)
    expect(await restore(eve, { deletedAt: deletion.deletedAt })).toEqual({ count: 0 })
    expect(await restore(eve, { ids: [second.id] })).toEqual({ count: 0 })
    expect(await restore(person, { deletedAt: deletion.deletedAt })).toEqual({ count: 3 })
    expect((await list(person)).map(({ id }) => id)).toContain(third.id)
    expect((await list(person)).map(({ id }) => id)).not.toContain(first.id)
    expect(await restore(person, { ids: [first.id] })).toEqual({ count: 1 })
    expect(await deleteAll(person)).toMatchObject({ count: 4 })
    expect(await restore(person, {})).toEqual({ count: 4 })
    expect(await restore(person, {})).toEqual({ count: 0 })
  })

  test('deleting all conversations with `archived=true` deletes only archived ones', async () => {
    const person = await signUp(goldfish.url)
    const kept = await talk(person, 'Kept')
    const archived = await talk(person, 'Archived')
    await patch(person, archived.id, { archived: true })
    expect((await deleteAll(person, '?archived=true')).count).toBe(1)
    expect((await list(person)).map(({ id }) => id)).toEqual([kept.id])
    expect(await deleteAll(person, '?archived=true')).toEqual({ count: 0, deletedAt: null })
  })

  test('a deleted conversation cannot be restored after 30 seconds and is erased with its share', async () => {
    const person = await signUp(goldfish.url)
    const { id } = await talk(person, 'Gone for good')
    await person.fetch(`/api/conversations/${id}/share`, { method: 'POST' })
    await deleteAll(person)
    await goldfish.sql(`update conversation set deleted_at = deleted_at - interval '31 seconds' where id = $1`, [id])
    expect(await restore(person, {})).toEqual({ count: 0 })
    const left = () =>
      goldfish.sql(
        `select id::text from message where conversation_id = $1
        union all select share_id from shared_conversation where conversation_id = $1`,
        [id],
      )
    await expect.poll(left, { timeout: 15_000 }).toEqual([])
  })

  test.each([[{ ids: [] }], [{ ids: ['x'] }], [{ deletedAt: 'now' }], [{ userId: 'x' }], [[]]])(
    'POST /api/conversations/restore rejects %j',
    async (body) => {
      const response = await ada.fetch('/api/conversations/restore', json('POST', body))
      expect(await problemOf(response)).toEqual({ status: 400, code: 'invalid_request' })
    },
  )
  test('deleting all conversations with an unknown query parameter is rejected and deletes nothing', async () => {
    const before = (await list(ada)).length
    const response = await ada.fetch('/api/conversations?archive=true', { method: 'DELETE' })
    expect(response.status).toBe(400)
    expect(await list(ada)).toHaveLength(before)
  })
})

describe('titles', () => {
  const titleOf = async (person: Person, id: string) => (await item(person, id)).title

  test('the model generates a title once, after the first answer, and its usage is counted separately', async () => {
    const person = await signUp(goldfish.url)
    goldfish.stub.titleScript([{ match: 'boil an egg', text: '**“Boiling an Egg.”**\nmore' }])
    const { id } = await talk(person, 'How long do I boil an egg?')
    await expect.poll(() => titleOf(person, id)).toBe('Boiling an Egg')
    expect((await item(person, id)).titledBy).toBe('model')
    expect((await search(person, 'boiling')).map((one) => one.id)).toEqual([id])
    const calls = () => goldfish.stub.titleLog().filter(({ body }) => body.includes('boil an egg')).length
    expect(calls()).toBe(1)
    await person.send({ conversationId: id }, 'And how long do I boil an egg on a mountain?')
    await person.send({ conversationId: id, parentId: null }, 'How long do I boil an egg of an ostrich?')
    const usage = await read<UsageSummary>(await person.fetch('/api/usage'))
    expect(usage.turns).toBe(3)
    expect(usage.background.calls).toBe(1)
    expect(usage.background.outputTokens).toBeGreaterThan(0)
    expect(calls()).toBe(1)
    expect(goldfish.stub.log().every(({ body }) => !body.includes('Write a title'))).toBe(true)
  })

  test('a generated title does not replace a title that the user has set meanwhile', async () => {
    const person = await signUp(goldfish.url)
    goldfish.stub.titleScript([{ match: 'walk a dog', text: 'Walking a Dog', ttftMs: 1500 }])
    const { id } = await talk(person, 'How long do I walk a dog?')
    await expect.poll(() => goldfish.stub.titleLog().some(({ body }) => body.includes('walk a dog'))).toBe(true)
    await patch(person, id, { title: 'Rex' })
    // The call is counted after its title has been stored or discarded.
    const counted = async () => (await read<UsageSummary>(await person.fetch('/api/usage'))).background.calls
    await expect.poll(counted, { timeout: 10_000 }).toBe(1)
    expect(await item(person, id)).toMatchObject({ title: 'Rex', titledBy: 'user' })
  })

  test('the question remains the title if the title call fails', async () => {
    goldfish.stub.titleScript([{ match: 'paint a wall', status: 500 }])
    const { id, sent } = await talk(ada, 'How do I paint a wall?')
    expect(sent.metadata?.status).toBe('complete')
    await expect.poll(() => goldfish.stub.titleLog().some(({ body }) => body.includes('paint a wall'))).toBe(true)
    expect(await titleOf(ada, id)).toBe('How do I paint a wall?')
    expect((await item(ada, id)).titledBy).toBe('question')
  })

  test('no title is generated if the first answer was cached, is temporary or failed', async () => {
    const { id: original } = await talk(ada, 'What is a title?')
    await expect.poll(async () => (await item(ada, original)).titledBy).toBe('model')
    const repeated = await talk(ada, 'What is a title?')
    expect(repeated.sent.cache?.status).toBe('hit')
    expect(await titleOf(ada, repeated.id)).toBe('What is a title?')
    await talk(ada, 'Just for today', { temporary: true })
    await talk(ada, '[stub:400] Never mind')
    // The title of this conversation is requested last. Any request for the others must have been logged before it is
    // stored.
    const { id: last } = await talk(ada, 'And now with one')
    await expect.poll(async () => (await item(ada, last)).titledBy).toBe('model')
    const asked = (text: string) => goldfish.stub.titleLog().filter(({ body }) => body.includes(text)).length
    expect(['What is a title?', 'Just for today', 'Never mind', 'And now with one'].map(asked)).toEqual([1, 0, 0, 1])
  })
})

describe('temporary conversations', () => {
  test('a temporary conversation is in no list, search or export, cannot be shared and is erased after 24 hours', async () => {
    const person = await signUp(goldfish.url)
    const { id } = await talk(person, 'A temporary quokka', { temporary: true })
    await person.send({ conversationId: id }, 'Another temporary quokka')
    expect((await item(person, id)).temporary).toBe(true)
    expect(await person.messages(id)).toHaveLength(4)
    expect(await list(person)).toEqual([])
    expect(await search(person, 'quokka')).toEqual([])
    expect(await (await person.fetch('/api/conversations/export')).text()).not.toContain('quokka')
    expect(await problemOf(await person.fetch(`/api/conversations/${id}/share`, { method: 'POST' }))).toEqual({
      status: 400,
      code: 'invalid_request',
    })
    const left = () => goldfish.sql('select id from message where conversation_id = $1', [id])
    await goldfish.sql(`update conversation set created_at = now() - interval '23 hours 59 minutes' where id = $1`, [
      id,
    ])
    expect(await left()).toHaveLength(4)
    await goldfish.sql(`update conversation set created_at = now() - interval '24 hours 1 second' where id = $1`, [id])
    await expect.poll(left, { timeout: 15_000 }).toEqual([])
  })

  test('answers of a temporary conversation are never shared, even if its user shares answers', async () => {
    const [one, two, three] = [await signUp(goldfish.url), await signUp(goldfish.url), await signUp(goldfish.url)]
    for (const person of [one, two, three])
      await person.fetch('/api/preferences', json('PATCH', { answerCache: 'shared' }))
    const question = 'What is the capital of Mongolia?'
    await talk(one, question, { temporary: true })
    await talk(two, question, { temporary: true })
    expect((await three.send({ conversationId: v7() }, question)).cache?.status).toBe('miss')
    // The same user still gets a hit, so the cache is not simply off.
    expect((await two.send({ conversationId: v7() }, question)).cache?.status).toBe('hit')
    const refs = await goldfish.sql<{ shared: string | null }>(
      `select m.cache_entry ->> 'shared' as shared from message m join conversation c
        on c.user_id = m.user_id and c.id = m.conversation_id
      where c.temporary and m.cache_entry is not null`,
    )
    expect(refs.length).toBeGreaterThan(0)
    expect(refs.every(({ shared }) => shared === null)).toBe(true)
  })
})

test('searches and exports over their rate limit are rejected with 429 and a retry time', async () => {
  // The window must not end during the test.
  const limits = '{"search":"2/400000000","export":"1/400000000"}'
  const limited = await startGoldfish({ instances: 1, env: { RATE_LIMITS: limits } })
  try {
    const person = await signUp(limited.url)
    const statuses: number[] = []
    for (let time = 0; time < 3; time++) statuses.push((await person.fetch('/api/conversations?q=x')).status)
    expect(statuses).toEqual([200, 200, 429])
    const refused = await person.fetch('/api/conversations?q=x')
    expect(refused.headers.get('ratelimit-policy')).toContain('"search";q=2;w=400000000')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await person.fetch('/api/conversations')).status).toBe(200)
    const exports = [await person.fetch('/api/conversations/export'), await person.fetch('/api/conversations/export')]
    expect(exports.map(({ status }) => status)).toEqual([200, 429])
  } finally {
    await limited.stop()
  }
})
