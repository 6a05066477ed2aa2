import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { preference } from '@/db/schema/preference'
import type { Needs } from '@/lib/context'
import { answerCacheModes, languages, type Preferences, sendKeys, themes } from '@/lib/contract/api'

/** The body of `PATCH /api/preferences`: any of them, and nothing else. */
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

type Needed = Needs<'db' | 'userId' | 'settings'>

/** What the user has chosen, and the server's defaults for the rest. */
export async function findPreferences({ db, userId, settings }: Needed): Promise<Preferences> {
  const [row] = await db.select().from(preference).where(eq(preference.userId, userId))
  return withDefaults(row, settings.answerCacheDefault)
}

/** Keeps the given choices, leaves the others, and answers with all of them. */
export async function updatePreferences(context: Needed, patch: PreferencesPatch): Promise<Preferences> {
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
