/**
 * Every limit there is, once: whom a row protects, by what it tells callers apart, how much in how long, and what holds
 * while Redis is away. A route with a limit of its own gets a row here and takes it with `requireAllowance`; uploads
 * bring theirs when they come. `RATE_LIMITS` replaces `max` and `windowSeconds` by name.
 * The idea of one table is dubinc/dub's `ratelimit-policies.ts`, the numbers are design/invariants.md §2.
 */
export type Policy = {
  protects: string
  /**
   * `user`: the account that is signed in. `session`: one of its sessions. `account`: the account that the request names.
   * `network`: /64 or /24, for rows by site /48 or /24.
   */
  by: 'user' | 'session' | 'account' | 'network'
  max: number
  windowSeconds: number
  /** `postgres`: it counts there, and where that is away too the request is refused with 503. No row ever opens. */
  withoutRedis: 'postgres'
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

export const policies = {
  chat: {
    protects: 'everybody else’s answers, and the operator’s bill, from one user in a loop',
    by: 'user',
    max: 20,
    windowSeconds: minute,
    withoutRedis: 'postgres',
  },
  'chat-day': {
    protects: 'the operator’s bill from a script that keeps just below the minute’s limit',
    by: 'user',
    max: 300,
    windowSeconds: day,
    withoutRedis: 'postgres',
  },
  // Sign-in rows count failures: a success gives back what it took. Decision 0031 has the rates that follow from them.
  'sign-in': {
    protects: 'all accounts from a network that tries a password on each of them',
    by: 'network',
    max: 100,
    windowSeconds: 15 * minute,
    withoutRedis: 'postgres',
  },
  'sign-in-day': {
    protects: 'all accounts from a site that tries passwords slowly, or from all networks of one IPv6 /48',
    by: 'network',
    max: 600,
    windowSeconds: day,
    withoutRedis: 'postgres',
  },
  'sign-in-account': {
    protects: 'one account from guesses by one site, or by one device that has signed in before',
    by: 'account',
    max: 5,
    windowSeconds: 15 * minute,
    withoutRedis: 'postgres',
  },
  'sign-in-account-day': {
    protects: 'one account from a site that keeps just below the limit of fifteen minutes',
    by: 'account',
    max: 50,
    windowSeconds: day,
    withoutRedis: 'postgres',
  },
  'sign-in-account-anywhere': {
    protects: 'one account from guesses by many sites; it slows unknown devices down and refuses none of them',
    by: 'account',
    max: 20,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'sign-up': {
    protects: 'the operator from accounts made in a loop; a class of fifty behind one address fits in',
    by: 'network',
    max: 60,
    windowSeconds: 10 * minute,
    withoutRedis: 'postgres',
  },
  'sign-up-day': {
    protects: 'the operator from accounts made by the thousand; a school of five hundred fits in',
    by: 'network',
    max: 500,
    windowSeconds: day,
    withoutRedis: 'postgres',
  },
  reset: {
    protects: 'the operator’s mail server from a network that sends mail to strangers',
    by: 'network',
    max: 20,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'reset-account': {
    protects: 'one mailbox from mails that one site or one device asks for',
    by: 'account',
    max: 3,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'confirmation-account': {
    protects: 'one person’s mailbox from the mails that sign-ups send',
    by: 'account',
    max: 5,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'reset-account-anywhere': {
    protects: 'one mailbox from mails that many sites ask for; the link of the last mail still works',
    by: 'account',
    max: 10,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  password: {
    protects: 'an account from guesses at its password inside a stolen session; failures count',
    by: 'session',
    max: 10,
    windowSeconds: 15 * minute,
    withoutRedis: 'postgres',
  },
  auth: {
    protects: 'the database from a flood on the account routes without a limit of their own',
    by: 'network',
    max: 300,
    windowSeconds: minute,
    withoutRedis: 'postgres',
  },
  search: {
    protects: 'the database from somebody who searches with every key they press',
    by: 'user',
    max: 30,
    windowSeconds: minute,
    withoutRedis: 'postgres',
  },
  export: {
    protects: 'the database from whoever reads everything they have again and again',
    by: 'user',
    max: 3,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'export-one': {
    protects: 'the same from a script that exports one conversation after the other',
    by: 'user',
    max: 60,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  import: {
    protects: 'the database from files of 50 MiB in a row',
    by: 'user',
    max: 10,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  mcp: {
    protects: 'the database from a program that calls tools in a loop',
    by: 'user',
    max: 60,
    windowSeconds: minute,
    withoutRedis: 'postgres',
  },
  keys: {
    protects: 'the database from a script that makes and revokes API keys in a loop; revoking alone is never refused',
    by: 'user',
    max: 60,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'shared-link': {
    protects: 'the database from a network that reads links, or guesses them',
    by: 'network',
    max: 120,
    windowSeconds: minute,
    withoutRedis: 'postgres',
  },
  write: {
    protects: 'the database from a user who changes things in a loop, on every route that has no row of its own',
    by: 'user',
    max: 120,
    windowSeconds: minute,
    withoutRedis: 'postgres',
  },
} as const satisfies Record<string, Policy>

export type PolicyName = keyof typeof policies

/**
 * How many answers one user may have open at once over all instances: turns that run, streams that follow them and
 * completions. `RATE_LIMITS` replaces it as `streams`. The seconds say how long a process that was killed still counts.
 */
export const openStreams = Object.freeze({ max: 20, leaseSeconds: 60 })

/**
 * How many rows one user may have. These hold also where `RATE_LIMITS` is `off`; by name it replaces a number. API keys
 * have a fixed number (`maxKeysPerUser`).
 */
export const quotas = {
  todos: 2_000,
  conversations: 20_000,
  /** Of all conversations together, looked at when one is imported. */
  messages: 1_000_000,
  'conversation-messages': 20_000,
  shares: 2_000,
} as const

export type QuotaName = keyof typeof quotas
