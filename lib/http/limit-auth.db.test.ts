import { v7 } from 'uuid'
import { beforeEach, expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { testDatabase } from '@/tests/services/test-database'
import { takeAuthAllowance } from './limit-auth'

const { db, sql } = await testDatabase()
const keys = openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'x'.repeat(32) })
beforeEach(() => sql('delete from rate_limit'))

const knock = (pathname: string, email?: unknown, network = '192.0.2.0/24') =>
  takeAuthAllowance(
    { db, redis: null, keys },
    {},
    { pathname, network, body: email === undefined ? undefined : { email } },
  )
const rowsOf = async (pathname: string, email?: unknown) =>
  (await knock(pathname, email)).verdicts.map(({ demand }) => demand.limit.name)

test.each([
  ['/api/auth/sign-in/email', ['sign-in', 'sign-in-account']],
  ['/api/auth//sign-in/email', ['sign-in', 'sign-in-account']],
  ['/api/auth/sign-in//email/', ['sign-in', 'sign-in-account']],
  ['/api/auth/Sign-In/EMAIL', ['sign-in', 'sign-in-account']],
  ['/api/auth/sign-in%2Femail', ['sign-in', 'sign-in-account']],
  ['/api/auth/%73ign-in/email', ['sign-in', 'sign-in-account']],
  ['/api/auth/sign-up/email', ['sign-up', 'confirmation-account']],
  ['/api/auth/send-verification-email', ['confirmation', 'confirmation-account']],
  ['/api/auth/verify-email', ['password']],
  ['/api/auth/request-password-reset', ['reset', 'reset-account']],
  ['/api/auth/change-password', ['password']],
  ['/api/auth/get-session', ['auth']],
  ['/api/auth/%', ['auth']],
  ['/api/auth/constructor', ['auth']],
])('%s costs %j', async (pathname, names) => {
  expect(await rowsOf(pathname, 'ada@example.com')).toEqual(names)
})

test('one account is one, however its address is written and wherever the guess comes from', async () => {
  const spellings = ['ada@example.com', 'ADA@example.com', ' ada@Example.COM', 'ada@example.com ', 'Ada@example.com']
  for (const [index, email] of spellings.entries())
    expect((await knock('/api/auth/sign-in/email', email, `10.0.${index}.0/24`)).allowed).toBe(true)
  expect((await knock('/api/auth/sign-in/email', 'ada@example.com', '10.0.9.0/24')).allowed).toBe(false)
  expect((await knock('/api/auth/sign-in/email', 'bob@example.com', '10.0.9.0/24')).allowed).toBe(true)
})

test('one network is one, however many accounts it tries', async () => {
  const answers: boolean[] = []
  for (let guess = 0; guess < 25; guess++)
    answers.push((await knock('/api/auth/sign-in/email', `${v7()}@example.com`)).allowed)
  expect(answers.filter(Boolean)).toHaveLength(20)
  expect((await knock('/api/auth/sign-in/email', 'ada@example.com', '192.0.3.0/24')).allowed).toBe(true)
})

test('keeps neither an address nor a network in the clear', async () => {
  await knock('/api/auth/sign-in/email', 'ada@example.com')
  const kept = JSON.stringify(await sql('select key from rate_limit'))
  expect(kept).not.toMatch(/ada|192\.0/)
})

test.each([[['ada@example.com']], [7], [null], ['']])(
  'an e-mail that is none (%j) costs the network only',
  async (email) => {
    expect(await rowsOf('/api/auth/sign-in/email', email)).toEqual(['sign-in'])
  },
)
