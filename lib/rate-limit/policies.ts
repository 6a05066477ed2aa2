/**
 * Every limit there is, once: whom a row protects, by what it tells callers apart, how much in how long, and what holds
 * while Redis is away. A route with a limit of its own gets a row here and takes it with `requireAllowance`; uploads
 * bring theirs when they come. `RATE_LIMITS` replaces `max` and `windowSeconds` by name.
 * The idea of one table is dubinc/dub's `ratelimit-policies.ts`, the numbers are design/invariants.md §2.
 */
export type Policy = {
  protects: string
  /** `user`: the account that is signed in. `account`: the one that is named by whoever knocks. `network`: /64 or /24. */
  by: 'user' | 'account' | 'network'
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
  'sign-in': {
    protects: 'all accounts from one network that tries a password on each',
    by: 'network',
    max: 20,
    windowSeconds: 15 * minute,
    withoutRedis: 'postgres',
  },
  'sign-in-account': {
    protects: 'one account from guessing, from wherever: networks are cheap, accounts are not',
    by: 'account',
    max: 5,
    windowSeconds: 15 * minute,
    withoutRedis: 'postgres',
  },
  'sign-up': {
    protects: 'the operator from accounts made by the thousand',
    by: 'network',
    max: 5,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  reset: {
    protects: 'the operator’s mail server from a network that sends to strangers',
    by: 'network',
    max: 3,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'reset-account': {
    protects: 'one person’s mailbox from reset mails, from wherever',
    by: 'account',
    max: 3,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  confirmation: {
    protects: 'the operator’s mail server from a network that asks for confirmation mails to strangers',
    by: 'network',
    max: 5,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  'confirmation-account': {
    protects: 'one person’s mailbox from confirmation mails, also those that sign-ups send, from any network',
    by: 'account',
    max: 5,
    windowSeconds: hour,
    withoutRedis: 'postgres',
  },
  password: {
    protects: 'an account whose session was taken from guessing its password inside',
    by: 'network',
    max: 10,
    windowSeconds: 15 * minute,
    withoutRedis: 'postgres',
  },
  auth: {
    protects: 'the database from a flood on the remaining account routes',
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
