import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { preference } from '@/db/schema/preference'
import type { Needs } from '@/lib/context'
import { answerCacheModes, languages, type Preferences, sendKeys, themes } from '@/lib/contract/api'

/** The body of `PATCH /api/preferences`. All fields are optional. */
export const preferencesPatch = z
  .strictObject({
    theme: z.enum(themes),
    language: z.enum(languages).nullable(),
    model: z.string().min(1).max(200).nullable(),
    answerCache: z.enum(answerCacheModes),
    sendKey: z.enum(sendKeys),
    shortcuts: z.boolean(),
  })
  .partial()
type PreferencesPatch = z.output<typeof preferencesPatch>

type PreferenceNeeds = Needs<'db' | 'userId' | 'settings'>

/** Returns the preferences of the user, with the server's defaults for those that are not set. */
export async function findPreferences({ db, userId, settings }: PreferenceNeeds): Promise<Preferences> {
  const [row] = await db.select().from(preference).where(eq(preference.userId, userId))
  return withDefaults(row, settings.answerCacheDefault)
}

/** Stores the given preferences and returns all of them. Preferences that are not given must stay unchanged. */
export async function updatePreferences(context: PreferenceNeeds, patch: PreferencesPatch): Promise<Preferences> {
  const { db, userId, settings } = context
  const chosen = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const [row] = await db
    .insert(preference)
    .values({ userId, ...chosen })
    .onConflictDoUpdate({ target: preference.userId, set: { ...chosen, updatedAt: new Date() } })
    .returning()
  return withDefaults(row, settings.answerCacheDefault)
}

function withDefaults(
  row: typeof preference.$inferSelect | undefined,
  answerCacheDefault: Preferences['answerCache'],
): Preferences {
  return {
    theme: row?.theme ?? 'system',
    language: row?.language ?? null,
    model: row?.model ?? null,
    answerCache: row?.answerCache ?? answerCacheDefault,
    sendKey: row?.sendKey ?? 'enter',
    shortcuts: row?.shortcuts ?? true,
  }
}
