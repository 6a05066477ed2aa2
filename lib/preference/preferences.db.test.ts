import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { languages } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { findPreferences, preferencesPatch, updatePreferences } from './preferences'

const { db, sql } = await testDatabase()

async function createUser() {
  const userId = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
  return { db, userId, settings: { answerCacheDefault: 'private' } } as Parameters<typeof findPreferences>[0]
}

test("stores a language and resets it to the browser's", async () => {
  const ada = await createUser()
  expect((await findPreferences(ada)).language).toBeNull()
  for (const language of [...languages, null]) {
    const patch = preferencesPatch.parse({ language })
    expect((await updatePreferences(ada, patch)).language).toBe(language)
    expect((await findPreferences(ada)).language).toBe(language)
  }
})

test('rejects unsupported languages', () => {
  for (const language of ['fr', 'DE', 'de-AT', '', 1])
    expect(preferencesPatch.safeParse({ language }).success).toBe(false)
})

test('changes only the given preferences', async () => {
  const ada = await createUser()
  await updatePreferences(ada, { language: 'ar' })
  await updatePreferences(ada, { theme: 'dark' })
  expect(await findPreferences(ada)).toMatchObject({ language: 'ar', theme: 'dark', sendKey: 'enter' })
})
