/** A kind of key that Goldfish writes to Redis. */
export type KeyFamily = {
  name: string
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
  [new RegExp(`^gf:1:\\{${own}\\}:e:${hash}$`), family('own answers', 'envelope')],
  [new RegExp(`^gf:1:\\{${shared}\\}:e:${hash}$`), family('shared answers', 'envelope')],
  [new RegExp(`^gf:1:\\{${either}\\}:[xw]:${hash}$`), family('pointers', 'hashes')],
  [new RegExp(`^gf:1:\\{${own}\\}:b$`), family('own vectors', 'envelope')],
  [new RegExp(`^gf:1:\\{${shared}\\}:(?:v|exp|b)$`), family('shared vectors', 'numbers')],
  [new RegExp(`^gf:1:\\{${either}\\}:l:${hash}$`), family('leases', 'envelope')],
  [new RegExp(`^gf:1:\\{${either}\\}:d:${hash}$`), family('withdrawn answers', 'numbers')],
  [new RegExp(`^gf:1:\\{${shared}\\}:(?:k|ban|no):${hash}$`), family('askers and votes', 'hashes')],
  [new RegExp(`^gf:1:\\{u:${hash}:${hash}\\}:m$`), family('embeddings', 'envelope')],
  [new RegExp(`^gf:1:\\{u:${hash}\\}:i$`), family('indexes of users', 'hashes')],
  [/^gf:1:\{ledger\}:\w+$/, family('ledgers', 'hashes')],
  [/^gf:1:\{n\}:\d{4}-\d\d-\d\d$/, { ...family('counters', 'numbers'), isCache: false }],
  [new RegExp(`^gf:1:\\{u:${hash}\\}:n:\\d{4}-\\d\\d-\\d\\d$`), { ...family('counters', 'numbers'), isCache: false }],
  [new RegExp(`^gf:1:log:\\{${hash}\\}:\\d+$`), { ...family('logs of turns', 'sealed stream'), isCache: false }],
  [/^gf:1:breaker:\{.+\}$/, { ...family('circuit breakers', 'numbers'), isCache: false }],
  [new RegExp(`^gf:1:images:\\{.+\\}:${hash}$`), { ...family('refused images', 'numbers'), isCache: false }],
  [/^gf:1:limit:[\w-]+:/, { ...family('rate limits', 'numbers'), isCache: false }],
] as const)

function family(name: string, content: KeyFamily['content']): KeyFamily {
  return { name, content, isCache: true }
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
