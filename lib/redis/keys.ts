/**
 * The names of the answer cache's keys, `gf:1:{<scope>}:…`. The braces make the scope the hash tag of a Redis cluster: all
 * keys of one scope are in one slot, so that one script can use them. Each part of a name that comes from a text or a user
 * is a keyed hash, so that names can neither be forged nor read.
 */

/** The scope that belongs to one user: `u:<hash of the user>:<hash of all else>`. */
export const privateScope = (userHash: string, scopeHash: string) => `u:${userHash}:${scopeHash}`

/** The scope that belongs to everybody: `s:<hash of all that shapes an answer>`. */
export const globalScope = (scopeHash: string) => `s:${scopeHash}`

/** The user, as a hash, whose private scope this is; null for everybody's. */
export const userHashOf = (scope: string) => /^u:([\w-]+):/.exec(scope)?.[1] ?? null

/** What the names of a scope's entries begin with; the entry's id follows. */
export const entryPrefix = (scope: string) => `gf:1:{${scope}}:e:`

/** An entry: the envelope of an answer. */
export const entryKey = (scope: string, entryId: string) => `${entryPrefix(scope)}${entryId}`

/** Points from a question as it was asked to an entry's id. */
export const exactKey = (scope: string, hash: string) => `gf:1:{${scope}}:x:${hash}`

/** Points from the words of a question to an entry's id. */
export const wordsKey = (scope: string, hash: string) => `gf:1:{${scope}}:w:${hash}`

/** Set while a model is known to be unable to view a user's images. */
export const imagesRefusedKey = (modelId: string, userHash: string) => `gf:1:images:{${modelId}}:${userHash}`

/** Who is having a question answered right now. */
export const leaseKey = (scope: string, hash: string) => `gf:1:{${scope}}:l:${hash}`

/**
 * Marks an answer whose conversation was deleted, by a hash of its id. A store command that arrives later writes
 * nothing.
 */
export const withdrawnKey = (scope: string, answerHash: string) => `gf:1:{${scope}}:d:${answerHash}`

/** The counted askers of a question, as hashes: user → network. Its answer is shared once there are enough. */
export const askersKey = (scope: string, hash: string) => `gf:1:{${scope}}:k:${hash}`

/**
 * Votes against the shared answers to a question, as hashes: user → network. Enough of them end its sharing for a day.
 */
export const votesKey = (scope: string, hash: string) => `gf:1:{${scope}}:ban:${hash}`

/** Ids of the shared answers that one user, named by a hash, has refused and is not served again. */
export const refusedKey = (scope: string, voterHash: string) => `gf:1:{${scope}}:no:${voterHash}`

/** What the answer cache did on a day, for all together and for one user. */
export const countersKey = (day: string) => `gf:1:{n}:${day}`
export const userCountersKey = (userHash: string, day: string) => `gf:1:{u:${userHash}}:n:${day}`

/** The index of a user's private entries over all their scopes, by age; in another slot than the entries. */
export const userIndexKey = (userHash: string) => `gf:1:{u:${userHash}}:i`

/** What lies in the answer cache, one ledger for each kind of thing, and what each kind takes in all. One slot has them. */
export const ledgerKey = (kind: string) => `gf:1:{ledger}:${kind}`
export const ledgerTotalsKey = 'gf:1:{ledger}:totals'

/** A scope's vector set, on a Redis that has them. */
export const vectorSetKey = (scope: string) => `gf:1:{${scope}}:v`

/** When each member of the vector set expires, by the clock of Redis: a member cannot expire by itself. */
export const vectorExpiryKey = (scope: string) => `gf:1:{${scope}}:exp`

/** A scope's vectors packed into one value: of a private scope always (an envelope), of a shared one without a set. */
export const vectorBlockKey = (scope: string) => `gf:1:{${scope}}:b`

/** The vector of a text. `owner` is `u:<hash of the user>`, or `s` once the text is shared; each lies in its own slot. */
export const embeddingKey = (owner: string, hash: string) => `gf:1:{${owner}:${hash}}:m`
