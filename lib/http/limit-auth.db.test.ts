import { v7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { isAppError } from '@/lib/errors'
import { testDatabase } from '@/tests/services/test-database'
import { findAuthRoute } from './auth-routes'
import { accountOf, consumeAuthRateLimit } from './limit-auth'

const { db, sql } = await testDatabase()
const keys = openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'x'.repeat(32) })
beforeEach(() => sql('delete from rate_limit'))

type Attempt = { email?: unknown; from?: string; device?: string; token?: string; path?: string }

const consume = ({ email = 'ada@example.com', from = '192.0.2.1', device, token, path = '/sign-in/email' }: Attempt) =>
  consumeAuthRateLimit({ db, redis: null, keys }, {}, findAuthRoute('POST', `/api/auth${path}`).limit, {
    address: from,
    email: accountOf({ email }),
    device: device === undefined ? null : { id: device },
    token: token ?? null,
  })
/** Makes a failed guess, which is not refunded. Returns 0, or the seconds after which the caller may retry. */
const guess = async (attempt: Attempt): Promise<number> => {
  try {
    await consume(attempt)
    return 0
  } catch (error) {
    if (!isAppError(error) || error.code !== 'rate_limited') throw error
    return error.details.retryAfterSeconds ?? 0
  }
}
const guesses = async (count: number, attempt: (index: number) => Attempt) => {
  const waits: number[] = []
  for (let index = 0; index < count; index += 1) waits.push(await guess(attempt(index)))
  return waits
}
const admitted = (waits: readonly number[]) => waits.filter((seconds) => seconds === 0).length
const consumedPolicies = async (attempt: Attempt) => {
  const { headers } = await consume(attempt)
  return [...(headers['ratelimit-policy'] ?? '').matchAll(/"([a-z-]+)"/g)].map(([, name]) => name)
}
const endWaits = () =>
  sql(`update rate_limit set window_ends_at = now() + interval '50 seconds' where key like 'wait:%'`)

describe('consumeAuthRateLimit', () => {
  test.each([
    ['/sign-in/email', ['sign-in', 'sign-in-day', 'auth', 'sign-in-account', 'sign-in-account-day']],
    ['/sign-up/email', ['sign-up', 'sign-up-day', 'confirmation-account']],
    ['/request-password-reset', ['reset', 'reset-account']],
    ['/send-verification-email', ['reset', 'reset-account']],
    ['/change-password', ['auth', 'password']],
    ['/delete-user', ['auth', 'password']],
    ['/sign-out', ['auth']],
  ])('%s consumes %j', async (path, names) => {
    expect(await consumedPolicies({ path, token: 'a-session' })).toEqual(names)
  })

  test('consumes no sign-in limit of the network for a known device', async () => {
    expect(await consumedPolicies({ device: 'phone' })).toEqual(['auth', 'sign-in-account', 'sign-in-account-day'])
  })

  test('stores neither an email address nor a network', async () => {
    await consume({})
    expect(JSON.stringify(await sql('select key from rate_limit'))).not.toMatch(/ada|192\.0/)
  })
})

describe('failed sign-ins', () => {
  test('limits one site to five failed sign-ins to an account, regardless of the spelling of its address', async () => {
    const spellings = ['ada@example.com', 'ADA@example.com', ' ada@Example.COM', 'ada@example.com ', 'Ada@example.com']
    const waits = await guesses(8, (index) => ({ email: spellings[index % 5], from: `192.0.2.${index}` }))
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(Math.min(...waits.slice(5))).toBeGreaterThan(60)
    expect(await guess({ email: 'bob@example.com' })).toBe(0)
  })

  test('does not lock out the owner on another site after failures from one site', async () => {
    await guesses(10, () => ({}))
    expect(await guess({ from: '198.51.100.7' })).toBe(0)
  })

  test('counts all networks of an IPv6 /48 as one site', async () => {
    const waits = await guesses(9, (index) => ({ from: `2001:db8:7:${index}::1` }))
    expect(admitted(waits)).toBe(5)
    expect(await guess({ from: '2001:db8:8::1' })).toBe(0)
  })

  test('limits two hundred parallel guesses from one site', async () => {
    const outcomes: number[] = []
    // More guesses at once would wait longer for a connection than a request may.
    for (let round = 0; round < 10; round += 1)
      outcomes.push(...(await Promise.all(Array.from({ length: 20 }, () => guess({})))))
    expect(admitted(outcomes)).toBe(5)
  })

  test('refunds successful sign-ins, so that an account can sign in any number of times', async () => {
    for (let time = 0; time < 70; time += 1) {
      const outcome = await consume({})
      await outcome.refundGuess()
    }
    expect(admitted(await guesses(6, () => ({})))).toBe(5)
  })

  test('allows fifty people behind one address to sign in at once, ten of them after a typing error', async () => {
    const attempt = (index: number) => ({ email: `${index}@example.com` })
    expect(admitted(await guesses(10, attempt))).toBe(10)
    const outcomes: Awaited<ReturnType<typeof consume>>[] = []
    for (let index = 0; index < 50; index += 1) outcomes.push(await consume(attempt(index)))
    await Promise.all(outcomes.map((one) => one.refundGuess()))
    expect(await guess(attempt(1))).toBe(0)
  })

  test('limits one network to a hundred failures in fifteen minutes over all accounts', async () => {
    expect(admitted(await guesses(110, () => ({ email: `${v7()}@example.com` })))).toBe(100)
    expect(await guess({ email: `${v7()}@example.com`, from: '198.51.100.1' })).toBe(0)
  })
})

describe('guesses at one account from many sites', () => {
  const fromAnywhere = (index: number) => ({ from: `10.${index}.0.1` })

  test('makes each site wait five seconds after twenty failures in an hour', async () => {
    const waits = await guesses(40, fromAnywhere)
    expect(admitted(waits)).toBe(20)
    expect(new Set(waits.slice(20))).toEqual(new Set([5]))
  })

  test('lets the owner on a new device sign in after a short wait while others continue to guess', async () => {
    await guesses(40, fromAnywhere)
    const owner = { from: '198.51.100.7' }
    expect(await guess(owner)).toBe(5)
    await guesses(40, (index) => fromAnywhere(index + 40))
    await endWaits()
    expect(await guess(owner)).toBe(0)
  })

  test('still limits a site that has waited to five failures', async () => {
    await guesses(40, fromAnywhere)
    await guess({})
    await endWaits()
    expect(admitted(await guesses(9, () => ({})))).toBe(5)
  })

  test('does not shorten the wait of a site that retries early', async () => {
    await guesses(20, fromAnywhere)
    for (const seconds of await guesses(10, () => ({}))) expect(seconds).toBeGreaterThan(0)
  })

  test('counts each known device separately and does not make it wait', async () => {
    await guesses(40, fromAnywhere)
    await guesses(10, () => ({}))
    expect(await guess({ device: 'phone' })).toBe(0)
    expect(admitted(await guesses(9, () => ({ device: 'phone' })))).toBe(4)
    expect(await guess({ device: 'laptop' })).toBe(0)
  })
})

describe('other account routes', () => {
  test('allows sixty sign-ups in ten minutes from one network, including successful ones', async () => {
    const answers: number[] = []
    for (let index = 0; index < 65; index += 1)
      answers.push(await guess({ path: '/sign-up/email', email: `${index}@example.com` }))
    expect(admitted(answers)).toBe(60)
  })

  test('does not let a stranger use up the reset mails of the owner', async () => {
    const path = '/request-password-reset'
    expect(admitted(await guesses(5, () => ({ path })))).toBe(3)
    const owner = await consume({ path, from: '198.51.100.7' })
    expect(owner.isMailLimitReached).toBe(false)
  })

  test('allows ten mails an hour to one address, and more for a known device', async () => {
    const path = '/request-password-reset'
    const reached: boolean[] = []
    for (let index = 0; index < 14; index += 1)
      reached.push((await consume({ path, from: `10.${index}.0.1` })).isMailLimitReached)
    expect(reached.filter((isReached) => !isReached)).toHaveLength(10)
    expect((await consume({ path, device: 'phone' })).isMailLimitReached).toBe(false)
  })

  test('limits a session to ten wrong passwords over all networks without affecting other sessions', async () => {
    const path = '/change-password'
    const waits = await guesses(13, (index) => ({ path, token: 'stolen', from: `10.${index}.0.1` }))
    expect(admitted(waits)).toBe(10)
    expect(await guess({ path, token: 'own' })).toBe(0)
  })
})
