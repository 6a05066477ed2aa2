import type { Needs, SharingSettings } from '@/lib/context'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import type { UserId } from '@/lib/ids'
import type { Member, SharingRule } from '@/lib/semantic-cache/store-entry'
import type { AnswerScope } from './answer-scope'

const hourMs = 60 * 60 * 1000

/** The minimum number of votes that end the sharing of a question, because two accounts must not be able to end it. */
const minVotesToEnd = 3

/**
 * Returns the caller as a member of the askers or voters, identified by hashes of this scope only. Returns null if
 * the caller does not count because the account is too young or, if the server can send mail, its e-mail address is
 * not verified. Every account counts where one asker is enough.
 */
export function countedMember(
  { keys, userId, caller, settings, now }: Needs<'keys' | 'userId' | 'caller' | 'settings' | 'now'>,
  scope: AnswerScope,
): Member | null {
  const { after, accountAgeHours, verifiedOnly } = settings.sharing
  const isOldEnough = now() - caller.accountCreatedAt.getTime() >= accountAgeHours * hourMs
  const counts = after === 1 || (isOldEnough && (caller.emailVerified || !verifiedOnly))
  return counts
    ? { user: memberHash(keys, scope, userId), network: keyedHash(keys, 'network', scope.name, caller.network) }
    : null
}

/** Identifies a user among the askers, voters and refusals of this scope. */
export const memberHash = (keys: KeyRing, scope: AnswerScope, userId: UserId) =>
  keyedHash(keys, 'asker', scope.name, userId)

/**
 * Returns the number of users who must have asked a question, including the last one, before its answer is shared.
 * It is 1 where one asker is enough, else it is drawn between k + 2 and 2k by a keyed hash of the scope and
 * the question. A user is therefore served only after more than k others have asked, and always after 2k. Up
 * to k colluding accounts and one other asker are k + 1 users, so these accounts never see a difference,
 * even if each deletes its own answer and asks again.
 */
export function askersNeeded(
  keys: KeyRing,
  { after }: Pick<SharingSettings, 'after'>,
  scope: AnswerScope,
  wordsHash: string,
): number {
  if (after === 1) return 1
  const drawn = Buffer.from(keyedHash(keys, 'askers needed', scope.name, wordsHash), 'base64url').readUInt32BE()
  return after + 2 + (drawn % (after - 1))
}

/** Returns how members are counted and how many votes end the sharing of a question. */
export const countingRule = ({
  after,
  perNetwork,
}: SharingSettings): Pick<SharingRule, 'perNetwork' | 'votesToEnd'> => ({
  perNetwork: after === 1 ? 0 : perNetwork,
  votesToEnd: Math.max(minVotesToEnd, Math.ceil(after / 2)),
})
