import { beforeEach, describe, expect, it } from 'vitest'
import type { RequestContext } from '@/lib/context'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { AppError, isAppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { type Created, createOnce, deleteOldIdempotencyKeys } from './create-once'

const { db, sql } = await testDatabase({ poolMax: 5 })
beforeEach(async () => {
  await sql('delete from "user"')
  await sql(`insert into "user" (id, name, email) values ('ada', 'A', 'a@example.com'), ('eve', 'E', 'e@example.com')`)
})

const keyRing = openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'x'.repeat(32) })
const contextOf = (userId: string) => ({ db, userId: userId as UserId, keys: keyRing }) as RequestContext
const headers = (key: string) => new Headers({ 'idempotency-key': key })
const keys = async () =>
  (await sql<{ key: string }>('select key from idempotency_key order by key')).map(({ key }) => key)
const names = async () => (await sql<{ name: string }>('select name from shelf order by name')).map(({ name }) => name)

/** Returns a creation that writes a row through the context that it receives. */
function create(name: string) {
  return async (context: RequestContext): Promise<Created> => {
    await context.db.execute(`insert into shelf (name) values ('${name}')`)
    return { status: 201, body: { name, at: Date.now() } }
  }
}
const send = async (key: string, name: string, userId = 'ada') => {
  const response = await createOnce(contextOf(userId), headers(key), ['POST /shelf', { name }], create(name))
  const { status } = response
  return { status, replayed: response.headers.get('idempotency-replayed'), body: await response.text() }
}

/** Retries, as a client does, if no connection became free in time. This happens on slow machines. */
async function sendPatiently(key: string, name: string): ReturnType<typeof send> {
  try {
    return await send(key, name)
  } catch (error) {
    if (isAppError(error)) throw error
    return sendPatiently(key, name)
  }
}

describe('createOnce', () => {
  beforeEach(async () => {
    await sql('create table if not exists shelf (name text not null)')
    await sql('delete from shelf')
  })

  it('replays the stored answer when the same request is sent again with the same key', async () => {
    const first = await send('k', 'one')
    expect(first).toMatchObject({ status: 201, replayed: null })
    expect(await send('k', 'one')).toEqual({ ...first, replayed: 'true' })
    expect(await names()).toEqual(['one'])
  })

  it('keeps the keys of two users separate', async () => {
    await send('k', 'hers')
    expect(await send('k', 'his', 'eve')).toMatchObject({ status: 201, replayed: null })
    expect(await names()).toEqual(['hers', 'his'])
  })

  it('rejects another request with a used key', async () => {
    await send('k', 'one')
    await expect(send('k', 'two')).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    expect(await names()).toEqual(['one'])
  })

  it('creates once for concurrent requests with the same key', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendPatiently('k', 'one')))
    expect(await names()).toEqual(['one'])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(answers.filter(({ replayed }) => replayed === null).length).toBeLessThanOrEqual(1)
  })

  it('rolls back a creation that fails and frees its key for the next request', async () => {
    const failure = new AppError('not_found')
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const failing = createOnce(contextOf('ada'), headers('k'), ['POST /shelf', { name: 'one' }], async (context) => {
      await create('one')(context)
      begun.resolve()
      await end.promise
      throw failure
    })
    await begun.promise
    const waiting = send('k', 'one')
    const lockWaits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await sql(lockWaits)).length, { timeout: 10_000, interval: 10 }).toBe(1)
    end.resolve()
    await expect(failing).rejects.toBe(failure)
    expect(await waiting).toMatchObject({ status: 201, replayed: null })
    expect(await names()).toEqual(['one'])
  })

  it('stores a secret encrypted and returns it again to the same user for the same key', async () => {
    const makeSecret = async (): Promise<Created> => ({ status: 201, body: { key: 'gf_the-secret' }, sealed: true })
    const make = async () => (await createOnce(contextOf('ada'), headers('k'), ['POST /shelf'], makeSecret)).json()
    expect(await make()).toEqual({ key: 'gf_the-secret' })
    expect(await make()).toEqual({ key: 'gf_the-secret' })
    const [row] = await sql<{ stored: string }>('select body::text as stored from idempotency_key')
    expect(row?.stored).toMatch(/^{"envelope": "[A-Za-z0-9+/=]{60,}"}$/)
    expect(Buffer.from(row?.stored ?? '', 'base64').toString()).not.toContain('secret')
    await sql(`update idempotency_key set key = 'other'`)
    const moved = createOnce(contextOf('ada'), headers('other'), ['POST /shelf'], makeSecret)
    await expect(moved).rejects.toMatchObject({ code: 'internal' })
  })

  it('stores nothing for a request without a key', async () => {
    const response = await createOnce(contextOf('ada'), new Headers(), [], create('one'))
    expect(response.status).toBe(201)
    expect(await keys()).toEqual([])
  })

  it.each([[''], ['x'.repeat(256)], ['a\tb'], ['a\u0085b']])('rejects the key %j', async (key) => {
    await expect(send(key, 'one')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await names()).toEqual([])
  })

  it.each([['k'], ['x'.repeat(255)], ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'], ["'; drop table shelf; --"], ['é']])(
    'accepts the key %j',
    async (key) => {
      expect((await send(key, 'one')).status).toBe(201)
      expect((await send(key, 'one')).replayed).toBe('true')
    },
  )
})

describe('deleteOldIdempotencyKeys', () => {
  it('deletes keys that are older than a day', async () => {
    const add = (prefix: string, age: string, count: number) =>
      sql(`insert into idempotency_key (user_id, key, request_hash, status, created_at)
        select 'ada', '${prefix}' || n, 'h', 201, now() - interval '${age}' from generate_series(1, ${count}) n`)
    await add('new', '23 hours', 2)
    await add('old', '25 hours', 1001)
    await deleteOldIdempotencyKeys({ db })
    expect(await keys()).toEqual(['new1', 'new2'])
  })
})
