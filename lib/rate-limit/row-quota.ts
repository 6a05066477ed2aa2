import { type SQL, sql } from 'drizzle-orm'
import { findDatabaseError } from '@/db/database-error'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import type { QuotaName } from './policies'
import { maxRows, type RateLimitSettings } from './rate-limit-request'

/**
 * Returns a condition for the statement that inserts rows. It is true if `added` more rows are within the quota of
 * the user. Otherwise the statement fails with an error that `quotaError` translates. Concurrent writers of one user
 * wait for each other, so the quota always holds.
 */
export function hasRoom(
  limits: RateLimitSettings,
  name: Exclude<QuotaName, 'conversation-messages'>,
  userId: UserId,
  added = 1,
): SQL {
  return sql`require_room(${userId}, ${name}, ${maxRows(limits, name)}::int, ${added}::int)`
}

/** Returns the same condition for a number that the statement itself computes while it holds a lock on the row. */
export function isWithin(limits: RateLimitSettings, name: QuotaName, rows: SQL): SQL {
  return sql`require_within(${name}, (${rows})::bigint, ${maxRows(limits, name)}::int)`
}

const details: Readonly<Record<string, string>> = Object.freeze({
  todos: 'There is no room for another todo. Delete some that you no longer need.',
  conversations: 'There is no room for another conversation. Delete some that you no longer need.',
  messages: 'There is no room for so many messages. Delete conversations that you no longer need.',
  'conversation-messages': 'This conversation has reached the maximum number of messages. Start a new one.',
  shares: 'There is no room for another shared link. Revoke some that you no longer need.',
})

/** Returns `quota_exceeded` or `too_many_keys` if a statement failed because of a quota, otherwise null. */
export function quotaError(error: unknown): AppError | null {
  const failure = findDatabaseError(error)
  if (failure?.sqlState !== 'GF001') return null
  if (failure.constraint === 'keys') return new AppError('too_many_keys', { cause: error })
  const detail = details[failure.constraint ?? '']
  return new AppError('quota_exceeded', { cause: error, ...(detail && { detail }) })
}
