/** The library's keys and ours are one: either makes what the other lets in, and neither lets in what the other would not. */
import { v7 } from 'uuid'
import { beforeEach, expect, test } from 'vitest'
import { keyScopes } from '@/lib/contract/api'
import { parseEnvironment } from '@/lib/env'
import type { UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { testDatabase } from '@/tests/services/test-database'
import { createAuth } from './create-auth'
import { findKey, hashKey, keyHolds, recordKeyUse } from './find-key'
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

test('a key of the library is found, with all scopes', async () => {
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

test('a key of ours is verified by the library, for its own scopes and no others', async () => {
  const { key, id } = await createKey(db, userId, request, async () => true)
  const verify = async (permissions?: Record<string, string[]>) =>
    (await auth.api.verifyApiKey({ body: { key, ...(permissions && { permissions }) } })).valid
  expect(await verify({ scopes: ['todos:read', 'mcp'] })).toBe(true)
  expect(await verify({ scopes: ['chat'] })).toBe(false)
  // The library's own limit is ten a day.
  for (let time = 0; time < 12; time += 1) expect(await verify()).toBe(true)
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toMatchObject({
    id,
    userId,
    scopes: ['todos:read', 'mcp'],
  })
})

test.each([
  ['switched off', `update apikey set enabled = false where id = $1`],
  ['over', `update apikey set expires_at = now() - interval '1 ms' where id = $1`],
  ['deleted', `delete from apikey where id = $1`],
])('neither lets in a key that is %s', async (_, change) => {
  const { key, id } = await createKey(db, userId, request, async () => true)
  expect(await keyHolds(db, id)).toBe(true)
  await sql(change, [id])
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toBeNull()
  expect(await keyHolds(db, id)).toBe(false)
  expect((await auth.api.verifyApiKey({ body: { key } })).valid).toBe(false)
})

test('keys go with their user', async () => {
  const { key } = await createKey(db, userId, request, async () => true)
  await sql('delete from "user" where id = $1', [userId])
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toBeNull()
})

test('a use is noted once a day, and as a day', async () => {
  const { key, id } = await createKey(db, userId, request, async () => true)
  await Promise.all([recordKeyUse(db, id), recordKeyUse(db, id)])
  expect(await findKey(db, hashKey(key), { verifiedOnly: false })).toMatchObject({ isFirstToday: false })
  const [first] = await sql('select xmin::text, last_request from apikey where id = $1', [id])
  await recordKeyUse(db, id)
  expect(await sql('select xmin::text, last_request from apikey where id = $1', [id])).toEqual([first])
  const [item] = await listKeys(db, userId)
  expect(item?.lastUsedOn).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('a key belongs to whom it belongs', async () => {
  const { id } = await createKey(db, userId, request, async () => true)
  const other = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Eve', $1 || '@example.com')`, [other])
  await expect(revokeKey(db, other, id)).rejects.toMatchObject({ code: 'not_found' })
  expect(await listKeys(db, other)).toEqual([])
  await revokeKey(db, userId, id)
  expect(await listKeys(db, userId)).toEqual([])
})
