import { beforeEach, describe, expect, it } from 'vitest'
import type { RequestContext } from '@/lib/context'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { AppError, isAppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { type Created, createOnce, forgetOldKeys } from './create-once'

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

/** Writes a row by the context it is handed. */
function create(name: string) {
  return async (context: RequestContext): Promise<Created> => {
    await context.db.execute(`insert into shelf (name) values ('${name}')`)
    return { status: 201, body: { name, at: Date.now() } }
  }
}
const ask = async (key: string, name: string, userId = 'ada') => {
  const response = await createOnce(contextOf(userId), headers(key), ['POST /shelf', { name }], create(name))
  const { status } = response
  return { status, replayed: response.headers.get('idempotency-replayed'), body: await response.text() }
}

/** As a client that is told that the database is busy: a slow machine keeps some waiting for a connection for too long. */
async function insistOn(key: string, name: string): ReturnType<typeof ask> {
  try {
    return await ask(key, name)
  } catch (error) {
    if (isAppError(error)) throw error
    return insistOn(key, name)
  }
}

describe('createOnce', () => {
  beforeEach(async () => {
    await sql('create table if not exists shelf (name text not null)')
    await sql('delete from shelf')
  })

  it('answers the same request under the same key as the first time', async () => {
    const first = await ask('k', 'one')
    expect(first).toMatchObject({ status: 201, replayed: null })
    expect(await ask('k', 'one')).toEqual({ ...first, replayed: 'true' })
    expect(await names()).toEqual(['one'])
  })

  it('keeps the keys of two users apart', async () => {
    await ask('k', 'hers')
    expect(await ask('k', 'his', 'eve')).toMatchObject({ status: 201, replayed: null })
    expect(await names()).toEqual(['hers', 'his'])
  })

  it('refuses another request under a used key', async () => {
    await ask('k', 'one')
    await expect(ask('k', 'two')).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    expect(await names()).toEqual(['one'])
  })

  it('creates once, however many ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => insistOn('k', 'one')))
    expect(await names()).toEqual(['one'])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(answers.filter(({ replayed }) => replayed === null).length).toBeLessThanOrEqual(1)
  })

  it('leaves nothing of a creation that fails, and the key free for who waits for it', async () => {
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
    const waiting = ask('k', 'one')
    const waitingHere = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await sql(waitingHere)).length, { timeout: 10_000, interval: 10 }).toBe(1)
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
    const [row] = await sql<{ kept: string }>('select body::text as kept from idempotency_key')
    expect(row?.kept).toMatch(/^{"envelope": "[A-Za-z0-9+/=]{60,}"}$/)
    expect(Buffer.from(row?.kept ?? '', 'base64').toString()).not.toContain('secret')
    await sql(`update idempotency_key set key = 'other'`)
    const moved = createOnce(contextOf('ada'), headers('other'), ['POST /shelf'], makeSecret)
    await expect(moved).rejects.toMatchObject({ code: 'internal' })
  })

  it('keeps nothing without a key', async () => {
    const response = await createOnce(contextOf('ada'), new Headers(), [], create('one'))
    expect(response.status).toBe(201)
    expect(await keys()).toEqual([])
  })

  it.each([[''], ['x'.repeat(256)], ['a\tb'], ['a\u0085b']])('refuses the key %j', async (key) => {
    await expect(ask(key, 'one')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await names()).toEqual([])
  })

  it.each([['k'], ['x'.repeat(255)], ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'], ["'; drop table shelf; --"], ['é']])(
    'takes the key %j',
    async (key) => {
      expect((await ask(key, 'one')).status).toBe(201)
      expect((await ask(key, 'one')).replayed).toBe('true')
    },
  )
})

describe('forgetOldKeys', () => {
  it('forgets what is older than a day', async () => {
    const add = (prefix: string, age: string, count: number) =>
      sql(`insert into idempotency_key (user_id, key, request_hash, status, created_at)
        select 'ada', '${prefix}' || n, 'h', 201, now() - interval '${age}' from generate_series(1, ${count}) n`)
    await add('new', '23 hours', 2)
    await add('old', '25 hours', 1001)
    await forgetOldKeys({ db })
    expect(await keys()).toEqual(['new1', 'new2'])
  })
})
