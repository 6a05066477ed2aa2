/**
 * The table of all rate limits. Each row states what it protects, how callers are distinguished, and the maximum per
 * window. A route with a limit of its own must have a row here and consume it with `requireRateLimit`. `RATE_LIMITS`
 * overrides `max` and `windowSeconds` by name. The single table follows dubinc/dub.
 *
 * While Redis is unavailable, every limit is counted in Postgres, and if that fails too, the request is rejected with
 * 503. No limit may fail open.
 */
export type Policy = {
  protects: string
  /**
   * `user`: the signed-in account. `session`: one of its sessions. `account`: the account that the request names.
   * `network`: the /64 (IPv6) or /24 (IPv4) of the address, or the /48 or /24 in rows that name a site.
   */
  by: 'user' | 'session' | 'account' | 'network'
  max: number
  windowSeconds: number
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

export const policies = {
  chat: {
    protects: 'other users and the operator’s bill from a user who sends messages in a loop',
    by: 'user',
    max: 20,
    windowSeconds: minute,
  },
  'chat-day': {
    protects: 'the operator’s bill from a script that stays just below the limit per minute',
    by: 'user',
    max: 300,
    windowSeconds: day,
  },
  // The sign-in rows count failures: a successful sign-in is refunded.
  // docs/decisions/0031-sign-in-limits.md has the resulting rates.
  'sign-in': {
    protects: 'all accounts from a network that tries a password on each of them',
    by: 'network',
    max: 100,
    windowSeconds: 15 * minute,
  },
  'sign-in-day': {
    protects: 'all accounts from a site that tries passwords slowly, or from all networks of one IPv6 /48',
    by: 'network',
    max: 600,
    windowSeconds: day,
  },
  'sign-in-account': {
    protects: 'one account from guesses by one site, or by one device that has signed in before',
    by: 'account',
    max: 5,
    windowSeconds: 15 * minute,
  },
  'sign-in-account-day': {
    protects: 'one account from a site that stays just below the limit per fifteen minutes',
    by: 'account',
    max: 50,
    windowSeconds: day,
  },
  'sign-in-account-anywhere': {
    protects: 'one account from guesses by many sites; unknown devices are slowed down and not refused',
    by: 'account',
    max: 20,
    windowSeconds: hour,
  },
  'sign-up': {
    protects: 'the operator from accounts created in a loop; a class of fifty behind one address fits',
    by: 'network',
    max: 60,
    windowSeconds: 10 * minute,
  },
  'sign-up-day': {
    protects: 'the operator from thousands of accounts; a school of five hundred fits',
    by: 'network',
    max: 500,
    windowSeconds: day,
  },
  reset: {
    protects: 'the operator’s mail server from a network that requests mails to strangers',
    by: 'network',
    max: 20,
    windowSeconds: hour,
  },
  'reset-account': {
    protects: 'one mailbox from mails that one site or one device requests',
    by: 'account',
    max: 3,
    windowSeconds: hour,
  },
  'confirmation-account': {
    protects: 'one person’s mailbox from the mails that sign-ups send',
    by: 'account',
    max: 5,
    windowSeconds: hour,
  },
  'reset-account-anywhere': {
    protects: 'one mailbox from mails that many sites request; the link of the last mail still works',
    by: 'account',
    max: 10,
    windowSeconds: hour,
  },
  password: {
    protects: 'an account from guesses at its password inside a stolen session; only failures count',
    by: 'session',
    max: 10,
    windowSeconds: 15 * minute,
  },
  auth: {
    protects: 'the database from a flood on the account routes without a limit of their own',
    by: 'network',
    max: 300,
    windowSeconds: minute,
  },
  search: {
    protects: 'the database from a client that searches on every keystroke',
    by: 'user',
    max: 30,
    windowSeconds: minute,
  },
  export: {
    protects: 'the database from a user who exports all data repeatedly',
    by: 'user',
    max: 3,
    windowSeconds: hour,
  },
  'export-one': {
    protects: 'the database from a script that exports one conversation after the other',
    by: 'user',
    max: 60,
    windowSeconds: hour,
  },
  import: {
    protects: 'the database from files of 50 MiB in a row',
    by: 'user',
    max: 10,
    windowSeconds: hour,
  },
  mcp: {
    protects: 'the database from a program that calls tools in a loop',
    by: 'user',
    max: 60,
    windowSeconds: minute,
  },
  keys: {
    protects: 'the database from a script that creates and revokes API keys in a loop; revoking is never refused',
    by: 'user',
    max: 60,
    windowSeconds: hour,
  },
  'shared-link': {
    protects: 'the database from a network that reads or guesses links',
    by: 'network',
    max: 120,
    windowSeconds: minute,
  },
  write: {
    protects: 'the database from a user who changes data in a loop, on every route without a row of its own',
    by: 'user',
    max: 120,
    windowSeconds: minute,
  },
} as const satisfies Record<string, Policy>

export type PolicyName = keyof typeof policies

/**
 * The number of answers that one user may have open at once over all instances: running turns, streams that follow
 * them, and completions. `RATE_LIMITS` overrides it as `streams`. `leaseSeconds` is how long the streams of a
 * killed process still count. The maximum must exceed fifty, because a client may send one message that often, and
 * each repetition follows the turn.
 */
export const openStreams = Object.freeze({ max: 64, leaseSeconds: 20 })

/**
 * The number of rows that one user may have. `RATE_LIMITS` overrides these numbers by name; `off` does not disable
 * them. The number of API keys is fixed (`maxKeysPerUser`).
 */
export const quotas = {
  todos: 2_000,
  conversations: 20_000,
  /** The sum over all conversations of a user. Only imports check it. */
  messages: 1_000_000,
  'conversation-messages': 20_000,
  shares: 2_000,
} as const

export type QuotaName = keyof typeof quotas
