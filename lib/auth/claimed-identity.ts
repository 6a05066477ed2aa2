import { type SQL, sql } from 'drizzle-orm'

/** Who a request claims to come from, unverified: a session by its token, an API key by the hash that we keep of it. */
export type ClaimedIdentity = { by: 'session'; token: string } | { by: 'key'; hash: string }

/** The user whom an identity names, as a value in SQL; null if nobody. It says nothing about whether the identity holds. */
export function ownerOf(identity: ClaimedIdentity): SQL {
  return identity.by === 'session'
    ? sql`(select user_id from session where token = ${identity.token})`
    : sql`(select reference_id from apikey where key = ${identity.hash})`
}
