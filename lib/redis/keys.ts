/**
 * The names of the answer cache's keys, `gf:1:{<scope>}:…`. The braces make the scope the hash tag of a Redis
 * cluster: all keys of one scope are in one slot, so that one script can use them. Each part of a name that comes
 * from a text or a user is a keyed hash, so that names can neither be forged nor read.
 */

/** The scope of one user: `u:<hash of the user>:<hash of everything else that shapes an answer>`. */
export const privateScope = (userHash: string, scopeHash: string) => `u:${userHash}:${scopeHash}`

/** The scope that all users share: `s:<hash of everything that shapes an answer>`. */
export const globalScope = (scopeHash: string) => `s:${scopeHash}`

/** Returns the hash of the user to whom a private scope belongs, or null for a shared scope. */
export const userHashOf = (scope: string) => /^u:([\w-]+):/.exec(scope)?.[1] ?? null

/** The prefix of the keys of all entries in a scope. The id of the entry follows. */
export const entryPrefix = (scope: string) => `gf:1:{${scope}}:e:`

/** An entry: the envelope of an answer. */
export const entryKey = (scope: string, entryId: string) => `${entryPrefix(scope)}${entryId}`

/** Maps the exact text of a question to the id of an entry. */
export const exactKey = (scope: string, hash: string) => `gf:1:{${scope}}:x:${hash}`

/** Maps the words of a question to the id of an entry. */
export const wordsKey = (scope: string, hash: string) => `gf:1:{${scope}}:w:${hash}`

/** Set while a model is known to be unable to view a user's images. */
export const imagesRefusedKey = (modelId: string, userHash: string) => `gf:1:images:{${modelId}}:${userHash}`

/** The single-flight lease of a question. Its value identifies the turn that is answering the question. */
export const leaseKey = (scope: string, hash: string) => `gf:1:{${scope}}:l:${hash}`

/**
 * Marks an answer whose conversation was deleted, by a hash of its id. A store command that arrives
 * later writes nothing.
 */
export const withdrawnKey = (scope: string, answerHash: string) => `gf:1:{${scope}}:d:${answerHash}`

/** The counted askers of a question, as hashes: user → network. Its answer is shared once there are enough. */
export const askersKey = (scope: string, hash: string) => `gf:1:{${scope}}:k:${hash}`

/**
 * Votes against the shared answers to a question, as hashes: user → network. Enough of them end its
 * sharing for a day.
 */
export const votesKey = (scope: string, hash: string) => `gf:1:{${scope}}:ban:${hash}`

/** Ids of the shared answers that one user, named by a hash, has refused and is not served again. */
export const refusedKey = (scope: string, voterHash: string) => `gf:1:{${scope}}:no:${voterHash}`

/** The counters of the answer cache for one day, over all users and for one user. */
export const countersKey = (day: string) => `gf:1:{n}:${day}`
export const userCountersKey = (userHash: string, day: string) => `gf:1:{u:${userHash}}:n:${day}`

/** The index of the private entries of a user in all scopes, by age. It is in another slot than the entries. */
export const userIndexKey = (userHash: string) => `gf:1:{u:${userHash}}:i`

/**
 * The contents of the answer cache: one ledger for each kind of key, and the total size of each kind.
 * All of them must be in one slot.
 */
export const ledgerKey = (kind: string) => `gf:1:{ledger}:${kind}`
export const ledgerTotalsKey = 'gf:1:{ledger}:totals'

/** The vector set of a scope, if Redis supports vector sets. */
export const vectorSetKey = (scope: string) => `gf:1:{${scope}}:v`

/** When each member of the vector set expires, by the clock of Redis, which cannot expire single members. */
export const vectorExpiryKey = (scope: string) => `gf:1:{${scope}}:exp`

/**
 * All vectors of a scope in one value. Private scopes always use it, in an envelope; shared scopes
 * use it only without vector sets.
 */
export const vectorBlockKey = (scope: string) => `gf:1:{${scope}}:b`

/**
 * The vector of a text. `owner` is `u:<hash of the user>`, or `s` once the text is shared. The two
 * are in different slots.
 */
export const embeddingKey = (owner: string, hash: string) => `gf:1:{${owner}:${hash}}:m`
