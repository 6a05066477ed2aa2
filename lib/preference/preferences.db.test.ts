import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { languages } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { findPreferences, preferencesPatch, updatePreferences } from './preferences'

const { db, sql } = await testDatabase()

async function somebody() {
  const userId = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
  return { db, userId, settings: { answerCacheDefault: 'private' } } as Parameters<typeof findPreferences>[0]
}

test('the language is the browser’s until one is chosen, and again when that is taken back', async () => {
  const ada = await somebody()
  expect((await findPreferences(ada)).language).toBeNull()
  for (const language of [...languages, null]) {
    const patch = preferencesPatch.parse({ language })
    expect((await updatePreferences(ada, patch)).language).toBe(language)
    expect((await findPreferences(ada)).language).toBe(language)
  }
})

test('there is no other language', () => {
  for (const language of ['fr', 'DE', 'de-AT', '', 1])
    expect(preferencesPatch.safeParse({ language }).success).toBe(false)
})

test('a choice leaves the others alone', async () => {
  const ada = await somebody()
  await updatePreferences(ada, { language: 'ar' })
  await updatePreferences(ada, { theme: 'dark' })
  expect(await findPreferences(ada)).toMatchObject({ language: 'ar', theme: 'dark', sendKey: 'enter' })
})
