import { v4, v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GoldfishExport, Problem, ShareLink, TodoItem, TodoPage } from '@/lib/contract/api'
import { isAnswer, retryUntilAnswered } from '@/tests/chaos/retry-until-answered'
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

const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
async function read<Body>(response: Response, status = 200): Promise<Body> {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status })
  return JSON.parse(text) as Body
}
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { status, code } = (await response.json()) as Problem
  return { status, code }
}
const refused = { status: 400, code: 'invalid_request' }
const missing = { status: 404, code: 'not_found' }
const add = async (person: Person, body: object) =>
  read<TodoItem>(await person.fetch('/api/todos', json('POST', body)), 201)
const page = async (person: Person, query = '') => read<TodoPage>(await person.fetch(`/api/todos?${query}`))
const titles = async (person: Person, query = 'limit=100') =>
  (await page(person, query)).items.map(({ title }) => title)

describe('todos', () => {
  test('todos can be created, read, changed, listed by state, deleted and created again', async () => {
    const person = await signUp(goldfish.url)
    expect(await page(person)).toEqual({ items: [], nextCursor: null, counts: { open: 0, done: 0 } })
    const milk = await add(person, { title: '  Milk ' })
    expect(milk).toEqual({ ...milk, title: 'Milk', description: '', done: false })
    expect(Object.keys(milk).toSorted()).toEqual(['createdAt', 'description', 'done', 'id', 'title', 'updatedAt'])
    const tea = await add(person, { id: v7(), title: 'Tea 🫖', description: 'Earl Grey\nor other', done: true })
    expect(await read(await person.fetch(`/api/todos/${tea.id}`))).toEqual(tea)
    expect(await read(await person.fetch(`/api/todos/${tea.id.toUpperCase()}`))).toEqual(tea)
    expect(await titles(person)).toEqual(['Tea 🫖', 'Milk'])
    expect(await titles(person, 'filter=open')).toEqual(['Milk'])
    expect(await titles(person, 'filter=done')).toEqual(['Tea 🫖'])
    expect((await page(person, 'filter=open')).counts).toEqual({ open: 1, done: 1 })

    const ticked = await read<TodoItem>(await person.fetch(`/api/todos/${milk.id}`, json('PATCH', { done: true })))
    expect(ticked).toMatchObject({ ...milk, done: true, updatedAt: expect.any(String) })
    const renamed = await read<TodoItem>(
      await person.fetch(`/api/todos/${milk.id}`, json('PATCH', { title: 'Oat milk', description: 'Two' })),
    )
    expect(renamed).toMatchObject({ title: 'Oat milk', description: 'Two', done: true, createdAt: milk.createdAt })
    expect(await read(await person.fetch(`/api/todos/${milk.id}`, json('PATCH', {})))).toEqual(renamed)
    expect((await person.fetch(`/api/todos/${milk.id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await problemOf(await person.fetch(`/api/todos/${milk.id}`, { method: 'DELETE' }))).toEqual(missing)
    expect(await titles(person)).toEqual(['Tea 🫖'])
    // Undo sends the same todo again under its old id, which must be accepted.
    const { createdAt: _, updatedAt: __, ...deleted } = renamed
    expect(await add(person, deleted)).toMatchObject(deleted)
    expect(await titles(person)).toEqual(['Tea 🫖', 'Oat milk'])
  })

  test('a todo can be sent again under its id, but not with another title', async () => {
    const id = v4()
    const first = await add(ada, { id, title: 'Once' })
    expect(await add(ada, { id, title: 'Once' })).toEqual(first)
    expect((await titles(ada)).filter((title) => title === 'Once')).toHaveLength(1)
    const other = await ada.fetch('/api/todos', json('POST', { id, title: 'Twice' }))
    expect(await problemOf(other)).toEqual({ status: 422, code: 'idempotency_mismatch' })
  })

  test('todos are paged without gaps or repetition while others are created and deleted', async () => {
    const person = await signUp(goldfish.url)
    const made: TodoItem[] = []
    for (let number = 0; number < 25; number++) made.unshift(await add(person, { title: `T${number}` }))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const next: TodoPage = await page(person, `limit=10${cursor === null ? '' : `&cursor=${cursor}`}`)
      seen.push(...next.items.map(({ title }) => title))
      cursor = next.nextCursor
      // Adds a todo at the top of the list and deletes one that was already read.
      await add(person, { title: 'Newer' })
      await person.fetch(`/api/todos/${made[seen.length - 1]?.id}`, { method: 'DELETE' })
    } while (cursor !== null)
    expect(seen).toEqual(made.map(({ title }) => title))
  })

  test('todos of another user get the same response as todos that do not exist', async () => {
    const canary = `numbat${v7().slice(-8)}`
    const hers = await add(ada, { title: canary, description: canary })
    const same = { headers: { 'x-request-id': 'same' } }
    for (const init of [{ method: 'GET' }, json('PATCH', { title: 'Mine now' }), { method: 'DELETE' }]) {
      const answers = await Promise.all(
        [hers.id, v7(), 'no-uuid', '%00'].map(async (id) => {
          const headers = { ...init.headers, ...same.headers }
          const response = await eve.fetch(`/api/todos/${id}`, { ...init, headers })
          return { status: response.status, body: await response.text() }
        }),
      )
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(answers[0]?.status).toBe(404)
    }
    // Ids are unique per user, so Eve may use the same id, and Ada's todo must not change.
    expect(await add(eve, { id: hers.id, title: 'Eve’s' })).toMatchObject({ id: hers.id, title: 'Eve’s' })
    expect(await read(await ada.fetch(`/api/todos/${hers.id}`))).toEqual(hers)
    for (const filter of ['all', 'open', 'done'])
      expect(JSON.stringify(await page(eve, `limit=100&filter=${filter}`))).not.toContain(canary)
  })

  test('todos are in the full export and are deleted with the account', async () => {
    const person = await signUp(goldfish.url)
    const made = [await add(person, { title: 'To be taken along' }), await add(person, { title: 'Too', done: true })]
    const file = await read<GoldfishExport>(await person.fetch('/api/conversations/export'))
    expect(file.todos).toEqual(made.toReversed())
    await person.fetch('/api/todos', json('POST', { title: 'Under a key' }, { 'idempotency-key': 'k' }))
    const gone = await person.fetch('/api/auth/delete-user', json('POST', { password: 'correct horse battery staple' }))
    expect(gone.status).toBe(200)
    const left = `select 1 from todo where id = $1 union all
      select 1 from idempotency_key where user_id not in (select id from "user")`
    expect(await goldfish.sql(left, [made[0]?.id])).toEqual([])
  })
})

describe('invalid todo requests', () => {
  const bodies: [string, unknown][] = [
    ['no fields', {}],
    ['an empty title', { title: '' }],
    ['a blank title', { title: ' \n ' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
    ['a title of 10,000 characters', { title: 'x'.repeat(10_000) }],
    ['a title of two lines', { title: 'two\nlines' }],
    ['a title with U+2028', { title: 'two\u2028lines' }],
    ['a title with U+0000', { title: 'a\0b' }],
    ['a title with a lone surrogate', { title: 'a\ud800b' }],
    ['a number for a title', { title: 7 }],
    ['a description of 2,001 characters', { title: 'T', description: 'x'.repeat(2001) }],
    ['a description with U+0000', { title: 'T', description: 'a\0b' }],
    ['a description with an escape', { title: 'T', description: 'a\u001b[31mb' }],
    ['a string for done', { title: 'T', done: 'yes' }],
    ['an unknown field', { title: 'T', due: 'tomorrow' }],
    ['an owner field', { title: 'T', userId: 'another-user' }],
    ['a creation time', { title: 'T', createdAt: '2020-01-01T00:00:00Z' }],
    ['a call key', { title: 'T', callKey: 'x' }],
    ['a list instead of an object', [{ title: 'T' }]],
    ['null instead of an object', null],
  ]
  test.each(bodies)('creating a todo with %s is rejected', async (_, body) => {
    const before = await goldfish.sql('select count(*) from todo')
    expect(await problemOf(await ada.fetch('/api/todos', json('POST', body)))).toEqual(refused)
    expect(await goldfish.sql('select count(*) from todo')).toEqual(before)
  })

  test.each(bodies.slice(1))('changing a todo with %s is rejected', async (_, body) => {
    const kept = await add(ada, { title: `Kept ${v7()}` })
    expect(await problemOf(await ada.fetch(`/api/todos/${kept.id}`, json('PATCH', body)))).toEqual(refused)
    expect(await read(await ada.fetch(`/api/todos/${kept.id}`))).toEqual(kept)
  })

  test.each([['no UUID'], ['aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa'], [''], [7], [null]])(
    'creating a todo with the id %j is rejected',
    async (id) => {
      expect(await problemOf(await ada.fetch('/api/todos', json('POST', { id, title: 'T' })))).toEqual(refused)
    },
  )

  test('changing the id of a todo is rejected', async () => {
    const kept = await add(ada, { title: 'Kept' })
    const response = await ada.fetch(`/api/todos/${kept.id}`, json('PATCH', { id: v7() }))
    expect(await problemOf(response)).toEqual(refused)
  })

  test('titles of 200 characters and titles that look like code are accepted', async () => {
    for (const title of [
      'x'.repeat(200),
      '🐠'.repeat(200),
      "'; drop table todo; --",
      '<b>bold</b>',
      '%s {1} \\0',
      '؛ شاي',
    ])
      expect((await add(ada, { title })).title).toBe(title)
  })

  test.each([
    ['filter=some'],
    ['filter='],
    ['limit=0'],
    ['limit=101'],
    ['cursor=forged'],
    [`cursor=${btoa('{"at":"x","id":"y"}')}`],
    [`cursor=${btoa(`{"at":"2026-01-01T00:00:00Z","id":"${v7()}","userId":"x"}`)}`],
  ])('listing todos with ?%s is rejected', async (query) => {
    expect(await problemOf(await ada.fetch(`/api/todos?${query}`))).toEqual(refused)
  })

  test('unsupported methods and media types, foreign origins and anonymous callers are rejected', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/api/todos', 'GET, POST'],
      ['DELETE', '/api/todos', 'GET, POST'],
      ['POST', `/api/todos/${v7()}`, 'GET, PATCH, DELETE'],
    ] as const) {
      const response = await ada.fetch(path, { method })
      expect(response.headers.get('allow')).toBe(allow)
      expect(await problemOf(response)).toEqual({ status: 405, code: 'method_not_allowed' })
    }
    const body = JSON.stringify({ title: 'T' })
    const plain = await ada.fetch('/api/todos', { method: 'POST', headers: { 'content-type': 'text/plain' }, body })
    expect(await problemOf(plain)).toEqual({ status: 415, code: 'unsupported_media_type' })
    const foreign = json('POST', { title: 'T' }, { origin: 'https://evil.example' })
    expect(await problemOf(await ada.fetch('/api/todos', foreign))).toEqual({ status: 403, code: 'origin_mismatch' })
    const anonymous = await fetch(`${goldfish.url}/api/todos`)
    expect(await problemOf(anonymous)).toEqual({ status: 401, code: 'unauthenticated' })
  })
})

describe('Idempotency-Key of POST routes', () => {
  const keyed = (person: Person, key: string, body: object) =>
    person.fetch('/api/todos', json('POST', body, { 'idempotency-key': key }))

  test('twenty requests with one idempotency key on two instances create one todo', async () => {
    const key = v7()
    // A request that waited too long for a database connection gets 503 with Retry-After and should be retried.
    const ask = () =>
      retryUntilAnswered('a todo', async () => {
        const response = await keyed(ada, key, { title: `Only ${key}` })
        return isAnswer(response) ? response : null
      })
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    const items = await Promise.all(answers.map((response) => read<TodoItem>(response, 201)))
    for (const item of items) expect(item).toEqual(items[0])
    const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')
    expect(replayed.length).toBeGreaterThanOrEqual(19)
    expect((await titles(ada)).filter((title) => title === `Only ${key}`)).toHaveLength(1)
  })

  test('a repeated idempotency key replays the first response even if the todo has been deleted', async () => {
    const first = await read<TodoItem>(await keyed(ada, 'gone', { title: 'Soon gone' }), 201)
    await ada.fetch(`/api/todos/${first.id}`, { method: 'DELETE' })
    const again = await keyed(ada, 'gone', { title: 'Soon gone', done: false })
    expect(again.headers.get('cache-control')).toBe('private, no-store')
    expect(await read(again, 201)).toEqual(first)
    expect(await problemOf(await ada.fetch(`/api/todos/${first.id}`))).toEqual(missing)
  })

  test('an idempotency key belongs to one user and is rejected for another body or if malformed', async () => {
    await read(await keyed(ada, 'taken', { title: 'This' }), 201)
    const other = await keyed(ada, 'taken', { title: 'That' })
    expect(await problemOf(other)).toEqual({ status: 422, code: 'idempotency_mismatch' })
    expect(await read(await keyed(eve, 'taken', { title: 'Eve’s' }), 201)).toMatchObject({ title: 'Eve’s' })
    for (const key of ['', 'x'.repeat(256), 'a\tb'])
      expect(await problemOf(await keyed(ada, key, { title: 'T' }))).toEqual(refused)
  })

  test('an idempotency key stays unused if nothing was created', async () => {
    expect(await problemOf(await keyed(ada, 'free', { title: '' }))).toEqual(refused)
    const id = v7()
    await add(ada, { id, title: 'Mine' })
    const clash = await keyed(ada, 'free', { id, title: 'Not mine' })
    expect(await problemOf(clash)).toEqual({ status: 422, code: 'idempotency_mismatch' })
    expect(await read(await keyed(ada, 'free', { title: 'At last' }), 201)).toMatchObject({ title: 'At last' })
  })

  test('an idempotency key creates one share link and is rejected on another route', async () => {
    const conversationId = v7()
    await ada.send({ conversationId }, 'What is shared?')
    const share = (key: string) =>
      ada.fetch(`/api/conversations/${conversationId}/share`, { method: 'POST', headers: { 'idempotency-key': key } })
    const first = await read<ShareLink>(await share('link'), 201)
    const again = await share('link')
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await read<ShareLink>(again, 201)).toEqual(first)
    await read(await keyed(ada, 'a todo', { title: 'T' }), 201)
    expect(await problemOf(await share('a todo'))).toEqual({ status: 422, code: 'idempotency_mismatch' })
    const unknown = await ada.fetch(`/api/conversations/${v7()}/share`, {
      method: 'POST',
      headers: { 'idempotency-key': 'nothing there' },
    })
    expect(await problemOf(unknown)).toEqual(missing)
  })
})
