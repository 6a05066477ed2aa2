/** Every kind of key that Goldfish writes to Redis: whose it is, and what must lie in it. */
export type KeyFamily = {
  name: string
  owner: 'user' | 'everybody' | 'nobody'
  /** `envelope`: nothing but sealed bytes. `hashes`: names that are hashes. `numbers`: nothing that anybody wrote. */
  holds: 'envelope' | 'sealed stream' | 'hashes' | 'numbers'
  /** Belongs to the answer cache, and may go at any time for nothing but speed. */
  isCache: boolean
}

const hash = '[\\w-]{43}'
const own = `u:${hash}:${hash}`
const shared = `s:${hash}`
const either = `(?:${own}|${shared})`

const families: readonly (readonly [RegExp, KeyFamily])[] = Object.freeze([
  [new RegExp(`^gf:1:\\{${own}\\}:e:${hash}$`), family('own answers', 'user', 'envelope')],
  [new RegExp(`^gf:1:\\{${shared}\\}:e:${hash}$`), family('shared answers', 'everybody', 'envelope')],
  [new RegExp(`^gf:1:\\{${either}\\}:[xw]:${hash}$`), family('pointers', 'everybody', 'hashes')],
  [new RegExp(`^gf:1:\\{${own}\\}:b$`), family('own vectors', 'user', 'envelope')],
  [new RegExp(`^gf:1:\\{${shared}\\}:(?:v|exp|b)$`), family('shared vectors', 'everybody', 'numbers')],
  [new RegExp(`^gf:1:\\{${either}\\}:l:${hash}$`), family('leases', 'everybody', 'envelope')],
  [new RegExp(`^gf:1:\\{${either}\\}:d:${hash}$`), family('withdrawn answers', 'everybody', 'numbers')],
  [new RegExp(`^gf:1:\\{${shared}\\}:(?:k|ban|no):${hash}$`), family('askers and votes', 'everybody', 'hashes')],
  [new RegExp(`^gf:1:\\{u:${hash}:${hash}\\}:m$`), family('embeddings', 'user', 'envelope')],
  [new RegExp(`^gf:1:\\{u:${hash}\\}:i$`), family('indexes of users', 'user', 'hashes')],
  [/^gf:1:\{ledger\}:\w+$/, family('ledgers', 'everybody', 'hashes')],
  [/^gf:1:\{n\}:\d{4}-\d\d-\d\d$/, { ...family('counters', 'nobody', 'numbers'), isCache: false }],
  [
    new RegExp(`^gf:1:\\{u:${hash}\\}:n:\\d{4}-\\d\\d-\\d\\d$`),
    { ...family('counters', 'user', 'numbers'), isCache: false },
  ],
  [
    new RegExp(`^gf:1:log:\\{${hash}\\}:\\d+$`),
    { ...family('logs of turns', 'user', 'sealed stream'), isCache: false },
  ],
  [/^gf:1:breaker:\{.+\}$/, { ...family('circuit breakers', 'nobody', 'numbers'), isCache: false }],
  [new RegExp(`^gf:1:images:\\{.+\\}:${hash}$`), { ...family('refused images', 'user', 'numbers'), isCache: false }],
  [/^gf:1:limit:[\w-]+:/, { ...family('rate limits', 'user', 'numbers'), isCache: false }],
] as const)

function family(name: string, owner: KeyFamily['owner'], holds: KeyFamily['holds']): KeyFamily {
  return { name, owner, holds, isCache: true }
}

/** The family of a key by its name, or null: no key of ours, or one of another version. */
export function familyOf(key: string): KeyFamily | null {
  return families.find(([pattern]) => pattern.test(key))?.[1] ?? null
}

/** The user, as a hash, whose key this is; null for everybody's and nobody's. */
export const userOf = (key: string): string | null => /\{u:([\w-]{43})/.exec(key)?.[1] ?? null

const privateTtlMs = 60 * 60 * 1000
const sharedTtlMs = 24 * 60 * 60 * 1000
/** Without rules for a language we cannot tell what depends on the hour. */
const unknownLanguageTtlMs = 15 * 60 * 1000
const jitter = 0.1

/** How long an answer is kept, in ms: ten per cent more or less, so that what was stored together does not end together. */
export function entryTtlMs({ isShared, language }: { isShared: boolean; language: string | null }): number {
  const ttlMs = isShared ? sharedTtlMs : language === null ? unknownLanguageTtlMs : privateTtlMs
  return Math.round(ttlMs * (1 - jitter + Math.random() * 2 * jitter))
}

/** How long an answer may be kept at most, in ms. */
export const maxEntryTtlMs = (isShared: boolean) => Math.ceil((isShared ? sharedTtlMs : privateTtlMs) * (1 + jitter))
