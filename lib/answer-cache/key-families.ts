/** A kind of key that Goldfish writes to Redis. */
export type KeyFamily = {
  name: string
  /** Whether the key belongs to one user, to all users, or to no user. */
  owner: 'user' | 'shared' | 'none'
  /** `envelope`: encrypted bytes only. `hashes`: keyed hashes. `numbers`: values without any text from users. */
  content: 'envelope' | 'sealed stream' | 'hashes' | 'numbers'
  /** Whether the key belongs to the answer cache. Such keys may be deleted at any time; only speed is lost. */
  isCache: boolean
}

const hash = '[\\w-]{43}'
const own = `u:${hash}:${hash}`
const shared = `s:${hash}`
const either = `(?:${own}|${shared})`

const families: readonly (readonly [RegExp, KeyFamily])[] = Object.freeze([
  [new RegExp(`^gf:1:\\{${own}\\}:e:${hash}$`), family('own answers', 'user', 'envelope')],
  [new RegExp(`^gf:1:\\{${shared}\\}:e:${hash}$`), family('shared answers', 'shared', 'envelope')],
  [new RegExp(`^gf:1:\\{${either}\\}:[xw]:${hash}$`), family('pointers', 'shared', 'hashes')],
  [new RegExp(`^gf:1:\\{${own}\\}:b$`), family('own vectors', 'user', 'envelope')],
  [new RegExp(`^gf:1:\\{${shared}\\}:(?:v|exp|b)$`), family('shared vectors', 'shared', 'numbers')],
  [new RegExp(`^gf:1:\\{${either}\\}:l:${hash}$`), family('leases', 'shared', 'envelope')],
  [new RegExp(`^gf:1:\\{${either}\\}:d:${hash}$`), family('withdrawn answers', 'shared', 'numbers')],
  [new RegExp(`^gf:1:\\{${shared}\\}:(?:k|ban|no):${hash}$`), family('askers and votes', 'shared', 'hashes')],
  [new RegExp(`^gf:1:\\{u:${hash}:${hash}\\}:m$`), family('embeddings', 'user', 'envelope')],
  [new RegExp(`^gf:1:\\{u:${hash}\\}:i$`), family('indexes of users', 'user', 'hashes')],
  [/^gf:1:\{ledger\}:\w+$/, family('ledgers', 'shared', 'hashes')],
  [/^gf:1:\{n\}:\d{4}-\d\d-\d\d$/, { ...family('counters', 'none', 'numbers'), isCache: false }],
  [
    new RegExp(`^gf:1:\\{u:${hash}\\}:n:\\d{4}-\\d\\d-\\d\\d$`),
    { ...family('counters', 'user', 'numbers'), isCache: false },
  ],
  [
    new RegExp(`^gf:1:log:\\{${hash}\\}:\\d+$`),
    { ...family('logs of turns', 'user', 'sealed stream'), isCache: false },
  ],
  [/^gf:1:breaker:\{.+\}$/, { ...family('circuit breakers', 'none', 'numbers'), isCache: false }],
  [new RegExp(`^gf:1:images:\\{.+\\}:${hash}$`), { ...family('refused images', 'user', 'numbers'), isCache: false }],
  [/^gf:1:limit:[\w-]+:/, { ...family('rate limits', 'user', 'numbers'), isCache: false }],
] as const)

function family(name: string, owner: KeyFamily['owner'], content: KeyFamily['content']): KeyFamily {
  return { name, owner, content, isCache: true }
}

/** Returns the family of a key, or null if the key is foreign or from another version of the app. */
export function familyOf(key: string): KeyFamily | null {
  return families.find(([pattern]) => pattern.test(key))?.[1] ?? null
}

/** Returns the hash of the user to whom a key belongs, or null if it does not belong to one user. */
export const userHashFromKey = (key: string): string | null => /\{u:([\w-]{43})/.exec(key)?.[1] ?? null

const privateTtlMs = 60 * 60 * 1000
const sharedTtlMs = 24 * 60 * 60 * 1000
/** Short, because questions in languages without rules may depend on the time without being recognized. */
const unknownLanguageTtlMs = 15 * 60 * 1000
const jitter = 0.1

/** Returns the TTL of an answer with a jitter of ±10 %, so that answers stored together do not expire together. */
export function entryTtlMs({ isShared, language }: { isShared: boolean; language: string | null }): number {
  const ttlMs = isShared ? sharedTtlMs : language === null ? unknownLanguageTtlMs : privateTtlMs
  return Math.round(ttlMs * (1 - jitter + Math.random() * 2 * jitter))
}

/** Returns the longest TTL that `entryTtlMs` can return. */
export const maxEntryTtlMs = (isShared: boolean) => Math.ceil((isShared ? sharedTtlMs : privateTtlMs) * (1 + jitter))
