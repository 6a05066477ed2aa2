/** Tests that better-auth and the product accept and reject the same keys, no matter which of them created the key. */
import { v7 } from 'uuid'
import { beforeEach, expect, test } from 'vitest'
import { keyScopes } from '@/lib/contract/api'
import { parseEnvironment } from '@/lib/env'
import type { UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { testDatabase } from '@/tests/services/test-database'
import { createAuth } from './create-auth'
import { findKey, hashKey, isKeyValid, recordKeyUse } from './find-key'
import { createKey, listKeys, revokeKey } from './manage-keys'

const { db, sql, url } = await testDatabase()
const auth = createAuth(
  { db, log: createLog('silent'), waitUntil: () => undefined },
  parseEnvironment({
    DATABASE_URL: url,
    BETTER_AUTH_SECRET: 'a-secret-of-more-than-thirty-two-characters',
    BETTER_AUTH_URL: 'http://localhost:3000',
    CHAT_MODEL: 'offline',
  }),
)
let userId: UserId
beforeEach(async () => {
  userId = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $1 || '@example.com')`, [userId])
})

const request = { name: 'x', scopes: ['todos:read', 'mcp'] as ('todos:read' | 'mcp')[], expiresInDays: 30 }

test('finds a key that better-auth created, with all scopes', async () => {
  const { key, id } = await auth.api.createApiKey({ body: { name: 'x', userId } })
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toEqual({
    id,
    userId,
    scopes: [...keyScopes],
    isFirstToday: true,
    accountCreatedAt: expect.any(Date),
    emailVerified: false,
  })
  const rows = await sql('select key, rate_limit_enabled as limited, prefix from apikey where id = $1', [id])
  expect(rows).toEqual([{ key: hashKey(key), limited: false, prefix: 'gf_' }])
})

test('creates a key that better-auth verifies for its own scopes only', async () => {
  const { key, id } = await createKey(db, userId, request, async () => true)
  const verify = async (permissions?: Record<string, string[]>) =>
    (await auth.api.verifyApiKey({ body: { key, ...(permissions && { permissions }) } })).valid
  expect(await verify({ scopes: ['todos:read', 'mcp'] })).toBe(true)
  expect(await verify({ scopes: ['chat'] })).toBe(false)
  // By default better-auth limits a key to ten requests a day.
  for (let time = 0; time < 12; time += 1) expect(await verify()).toBe(true)
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toMatchObject({
    id,
    userId,
    scopes: ['todos:read', 'mcp'],
  })
})

test.each([
  ['disabled', `update apikey set enabled = false where id = $1`],
  ['expired', `update apikey set expires_at = now() - interval '1 ms' where id = $1`],
  ['deleted', `delete from apikey where id = $1`],
])('rejects a key that is %s, as better-auth does', async (_, change) => {
  const { key, id } = await createKey(db, userId, request, async () => true)
  expect(await isKeyValid(db, id)).toBe(true)
  await sql(change, [id])
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toBeNull()
  expect(await isKeyValid(db, id)).toBe(false)
  expect((await auth.api.verifyApiKey({ body: { key } })).valid).toBe(false)
})

test('deletes the keys of a deleted user', async () => {
  const { key } = await createKey(db, userId, request, async () => true)
  await sql('delete from "user" where id = $1', [userId])
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toBeNull()
})

test('records the use of a key once a day, without a time', async () => {
  const { key, id } = await createKey(db, userId, request, async () => true)
  await Promise.all([recordKeyUse(db, id), recordKeyUse(db, id)])
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toMatchObject({ isFirstToday: false })
  const [first] = await sql('select xmin::text, last_request from apikey where id = $1', [id])
  await recordKeyUse(db, id)
  expect(await sql('select xmin::text, last_request from apikey where id = $1', [id])).toEqual([first])
  const [item] = await listKeys(db, userId)
  expect(item?.lastUsedOn).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('lists and revokes keys only for their owner', async () => {
  const { id } = await createKey(db, userId, request, async () => true)
  const other = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Eve', $1 || '@example.com')`, [other])
  await expect(revokeKey(db, other, id)).rejects.toMatchObject({ code: 'not_found' })
  expect(await listKeys(db, other)).toEqual([])
  await revokeKey(db, userId, id)
  expect(await listKeys(db, userId)).toEqual([])
})
