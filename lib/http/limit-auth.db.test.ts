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

const take = ({ email = 'ada@example.com', from = '192.0.2.1', device, token, path = '/sign-in/email' }: Attempt) =>
  consumeAuthRateLimit({ db, redis: null, keys }, {}, findAuthRoute('POST', `/api/auth${path}`).limit, {
    address: from,
    email: accountOf({ email }),
    device: device === undefined ? null : { id: device },
    token: token ?? null,
  })
/** Makes a failed guess, which is not refunded. Returns 0, or the seconds until the caller may retry. */
const guess = async (attempt: Attempt): Promise<number> => {
  try {
    await take(attempt)
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
const rowsTaken = async (attempt: Attempt) => {
  const { headers } = await take(attempt)
  return [...(headers['ratelimit-policy'] ?? '').matchAll(/"([a-z-]+)"/g)].map(([, name]) => name)
}
const letWaitingEnd = () =>
  sql(`update rate_limit set window_ends_at = now() + interval '50 seconds' where key like 'wait:%'`)

describe('the limits that a request consumes', () => {
  test.each([
    ['/sign-in/email', ['sign-in', 'sign-in-day', 'auth', 'sign-in-account', 'sign-in-account-day']],
    ['/sign-up/email', ['sign-up', 'sign-up-day', 'confirmation-account']],
    ['/request-password-reset', ['reset', 'reset-account']],
    ['/send-verification-email', ['reset', 'reset-account']],
    ['/change-password', ['auth', 'password']],
    ['/delete-user', ['auth', 'password']],
    ['/sign-out', ['auth']],
  ])('%s takes %j', async (path, names) => {
    expect(await rowsTaken({ path, token: 'a-session' })).toEqual(names)
  })

  test('a known device consumes no sign-in limit of its network', async () => {
    expect(await rowsTaken({ device: 'phone' })).toEqual(['auth', 'sign-in-account', 'sign-in-account-day'])
  })

  test('the table contains neither an e-mail address nor a network', async () => {
    await take({})
    expect(JSON.stringify(await sql('select key from rate_limit'))).not.toMatch(/ada|192\.0/)
  })
})

describe('failed sign-ins', () => {
  test('five failures from one site stop guessing at one account, regardless of the spelling of its address', async () => {
    const spellings = ['ada@example.com', 'ADA@example.com', ' ada@Example.COM', 'ada@example.com ', 'Ada@example.com']
    const waits = await guesses(8, (index) => ({ email: spellings[index % 5], from: `192.0.2.${index}` }))
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(Math.min(...waits.slice(5))).toBeGreaterThan(60)
    expect(await guess({ email: 'bob@example.com' })).toBe(0)
  })

  test('failures from one site do not lock out the owner, who signs in from another', async () => {
    await guesses(10, () => ({}))
    expect(await guess({ from: '198.51.100.7' })).toBe(0)
  })

  test('all networks of one IPv6 /48 count as one site of an account', async () => {
    const waits = await guesses(9, (index) => ({ from: `2001:db8:7:${index}::1` }))
    expect(admitted(waits)).toBe(5)
    expect(await guess({ from: '2001:db8:8::1' })).toBe(0)
  })

  test('bounds two hundred parallel guesses from one site', async () => {
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => guess({}).catch(() => -1)))
    expect(admitted(outcomes)).toBe(5)
  })

  test('successful sign-ins consume nothing, so an account can sign in any number of times', async () => {
    for (let time = 0; time < 70; time += 1) {
      const allowance = await take({})
      await allowance.giveBackGuess()
    }
    expect(admitted(await guesses(6, () => ({})))).toBe(5)
  })

  test('fifty people behind one address sign in at once, ten of them after a typing error', async () => {
    const attempt = (index: number) => ({ email: `${index}@example.com` })
    expect(admitted(await guesses(10, attempt))).toBe(10)
    const taken: Awaited<ReturnType<typeof take>>[] = []
    for (let index = 0; index < 50; index += 1) taken.push(await take(attempt(index)))
    await Promise.all(taken.map((one) => one.giveBackGuess()))
    expect(await guess(attempt(1))).toBe(0)
  })

  test('one network may fail a hundred times in fifteen minutes over all accounts', async () => {
    expect(admitted(await guesses(110, () => ({ email: `${v7()}@example.com` })))).toBe(100)
    expect(await guess({ email: `${v7()}@example.com`, from: '198.51.100.1' })).toBe(0)
  })
})

describe('guesses at one account from many sites', () => {
  const fromAnywhere = (index: number) => ({ from: `10.${index}.0.1` })

  test('after twenty failures an hour each site has to wait five seconds', async () => {
    const waits = await guesses(40, fromAnywhere)
    expect(admitted(waits)).toBe(20)
    expect(new Set(waits.slice(20))).toEqual(new Set([5]))
  })

  test('the owner on a new device signs in after a wait of seconds while others go on guessing', async () => {
    await guesses(40, fromAnywhere)
    const owner = { from: '198.51.100.7' }
    expect(await guess(owner)).toBe(5)
    await guesses(40, (index) => fromAnywhere(index + 40))
    await letWaitingEnd()
    expect(await guess(owner)).toBe(0)
  })

  test('a site that has waited is still limited to five failures', async () => {
    await guesses(40, fromAnywhere)
    await guess({})
    await letWaitingEnd()
    expect(admitted(await guesses(9, () => ({})))).toBe(5)
  })

  test('retrying early does not shorten the wait', async () => {
    await guesses(20, fromAnywhere)
    for (const seconds of await guesses(10, () => ({}))) expect(seconds).toBeGreaterThan(0)
  })

  test('a known device neither waits nor shares a count with other devices', async () => {
    await guesses(40, fromAnywhere)
    await guesses(10, () => ({}))
    expect(await guess({ device: 'phone' })).toBe(0)
    expect(admitted(await guesses(9, () => ({ device: 'phone' })))).toBe(4)
    expect(await guess({ device: 'laptop' })).toBe(0)
  })
})

describe('other account routes', () => {
  test('allows sixty sign-ups in ten minutes from one network and counts successful ones', async () => {
    const answers: number[] = []
    for (let index = 0; index < 65; index += 1)
      answers.push(await guess({ path: '/sign-up/email', email: `${index}@example.com` }))
    expect(admitted(answers)).toBe(60)
  })

  test('a stranger cannot use up the owner’s reset mails', async () => {
    const path = '/request-password-reset'
    expect(admitted(await guesses(5, () => ({ path })))).toBe(3)
    const owner = await take({ path, from: '198.51.100.7' })
    expect(owner.mailIsEnough).toBe(false)
  })

  test('sends at most ten emails an hour to one address, except for a known device', async () => {
    const path = '/request-password-reset'
    const enough: boolean[] = []
    for (let index = 0; index < 14; index += 1)
      enough.push((await take({ path, from: `10.${index}.0.1` })).mailIsEnough)
    expect(enough.filter((isEnough) => !isEnough)).toHaveLength(10)
    expect((await take({ path, device: 'phone' })).mailIsEnough).toBe(false)
  })

  test('allows ten wrong passwords per session over all networks, and does not affect other sessions', async () => {
    const path = '/change-password'
    const waits = await guesses(13, (index) => ({ path, token: 'stolen', from: `10.${index}.0.1` }))
    expect(admitted(waits)).toBe(10)
    expect(await guess({ path, token: 'own' })).toBe(0)
  })
})
