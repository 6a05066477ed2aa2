import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import { type ClaimedIdentity, ownerOf } from '@/lib/auth/session-life'
import type { Needs } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'

/** What of its asker a question outside of any conversation is answered by. */
export type Asker = { userId: UserId; cacheEpoch: number; answerCache: Preferences['answerCache'] | null }

/** Read in one tick with the look-up of the identity, which alone says whether it holds. Null: there is no such identity. */
export async function recogniseAsker({ db }: Needs<'db'>, identity: ClaimedIdentity): Promise<Asker | null> {
  const result = await db.execute(sql`
    select u.id as "userId", u.cache_epoch as "cacheEpoch", p.answer_cache as "answerCache"
    from "user" u left join preference p on p.user_id = u.id
    where u.id = ${ownerOf(identity)}`)
  return rowsOf<Asker>(result)[0] ?? null
}

/** The asker, if it is the very user who was found to be asking. Throws `unauthenticated`. */
export function trustAsker({ userId }: Needs<'userId'>, asker: Asker | null): Asker {
  if (asker?.userId !== userId) throw new AppError('unauthenticated')
  return asker
}
