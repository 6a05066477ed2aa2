import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { type Person, personAt, signUp, userMessage } from './chat-client'

/** The length of the rate limit windows in seconds. No window must end during the tests. */
const windowSeconds = 400_000_000
const limits = {
  chat: `4/${windowSeconds}`,
  'sign-in': `8/${windowSeconds}`,
  'sign-in-account': `5/${windowSeconds}`,
  'sign-up': `1000/${windowSeconds}`,
  import: `2/${windowSeconds}`,
  export: `2/${windowSeconds}`,
  'export-one': `2/${windowSeconds}`,
  'shared-link': `2/${windowSeconds}`,
}

let goldfish: Goldfish & { proxies: Proxies }
let ada: Person
beforeAll(async () => {
  const env = { RATE_LIMITS: JSON.stringify(limits) }
  goldfish = await startGoldfish({ instances: 2, throughProxies: true, env })
  // A cold instance may wait so long for Redis that it counts in Postgres, and on a busy machine its first turns may
  // exceed the query timeout. Therefore every instance must answer a turn before the tests begin.
  await restore()
  const person = await signUp(goldfish.url)
  for (const { url } of goldfish.instances)
    await personAt(url, person, goldfish.url).send({ conversationId: v7() }, 'Are you there?')
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  await resetCounters()
  ada = await signUp(goldfish.url)
})

const counterKeys = async (limit: string) => goldfish.redis.keys(`gf:1:limit:${limit}:*`)
/** Deletes all counters, as if every window had ended. */
async function resetCounters() {
  const keys = await counterKeys('*')
  if (keys.length > 0) await goldfish.redis.del(...keys)
  await goldfish.sql('delete from rate_limit')
}
/** Returns the sum of all users' counters of `limit` in Redis. */
async function charged(limit = 'chat') {
  const keys = await counterKeys(limit)
  const values = keys.length > 0 ? await goldfish.redis.mget(...keys) : []
  return values.reduce((sum, value) => sum + Number(value), 0)
}

/**
 * Restores Redis and Postgres and waits until every instance reaches both. Before that, an instance may still count in
 * Postgres.
 */
async function restore() {
  await Promise.all([goldfish.proxies.redis.restore(), goldfish.proxies.postgres.restore()])
  for (const { url } of goldfish.instances) {
    const readiness = async () => (await fetch(`${url}/api/health/ready`)).json()
    const healthy = { status: 'ok', postgres: 'ok', redis: 'ok' }
    await vi.waitFor(async () => expect(await readiness()).toEqual(healthy), { timeout: 10_000 })
  }
}

const ask = (text = `A question ${v7()}?`, conversationId: string = v7()) => ada.send({ conversationId }, text)
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).toSorted()

/**
 * Parses a list of RFC 9651: `"chat";r=3;t=59, …` becomes { chat: { r: 3, t: 59 } }. Throws if an item is not a string
 * with integer parameters.
 */
function parseItems(header: string | null): Record<string, Record<string, number>> {
  const items = (header ?? '').split(', ').map((item) => {
    const [, name = '', parameters = ''] = /^"([a-z-]+)"((?:;[a-z]+=\d+)+)$/.exec(item) ?? []
    if (name === '') throw new Error(`not a list item: ${item}`)
    const pairs = parameters.slice(1).split(';')
    return [name, Object.fromEntries(pairs.map((pair) => pair.split('=')).map(([key, n]) => [key, Number(n)]))]
  })
  return Object.fromEntries(items)
}

describe('the chat limit', () => {
  test('all instances share the chat limit, and every response has the remaining number in its headers', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask()))
    expect(statuses(answers)).toEqual([200, 200, 200, 200, 429, 429, 429, 429, 429, 429])
    for (const { headers } of answers)
      expect(parseItems(headers.get('ratelimit-policy'))).toEqual({
        chat: { q: 4, w: windowSeconds },
        'chat-day': { q: 300, w: 86400 },
      })
    const left = answers.map(({ headers }) => parseItems(headers.get('ratelimit')).chat?.r)
    expect(left.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 2, 3])
    expect(
      await goldfish.sql(`select 1 from usage u join "user" on id = user_id where email = $1 and purpose = 'answer'`, [
        ada.email,
      ]),
    ).toHaveLength(4)
    expect(await charged('chat')).toBe(4)
    expect(await charged('chat-day')).toBe(4)
  })

  test('a rejected turn has the retry time in its headers and body', async () => {
    for (let turn = 0; turn < 4; turn++) await ask()
    const { status, problem, headers } = await ask()
    expect(status).toBe(429)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(problem).toMatchObject({ code: 'rate_limited', status: 429, retryAfter: expect.any(Number) })
    expect(Number(headers.get('retry-after'))).toBe(problem?.retryAfter)
    expect(problem?.retryAfter).toBeGreaterThan(0)
    expect(parseItems(headers.get('ratelimit')).chat).toEqual({ r: 0, t: problem?.retryAfter })
  })

  test('a rejected turn stores nothing, and its id is accepted when the limit allows it', async () => {
    const conversationId = v7()
    for (const text of ['One?', 'Two?', 'Three?', 'Four?']) await ask(text, conversationId)
    const everything = () =>
      goldfish.sql(`
        select (select json_agg(m order by seq) from message m)::text as messages,
          (select json_agg(to_jsonb(c) - 'previous_leaf_id' order by id) from conversation c)::text as conversations`)
    const before = await everything()
    const refused = [
      { conversationId, message: userMessage('Five?') },
      { conversationId: v7(), message: userMessage('Five?') },
    ]
    for (const request of refused) expect((await ada.send(request)).status).toBe(429)
    expect(await everything()).toEqual(before)
    await resetCounters()
    for (const request of refused) expect(await ada.send(request)).toMatchObject({ status: 200, error: null })
    expect(await ada.messages(conversationId)).toHaveLength(10)
  })

  test('a replay of an accepted turn consumes no limit, even if the limit is exhausted', async () => {
    const request = { conversationId: v7(), message: userMessage('What is said twice?') }
    const first = await ada.send(request)
    const again = async () => {
      const replayed = await ada.send(request)
      expect(replayed).toMatchObject({ status: 200, text: first.text })
      expect(replayed.headers.get('idempotency-replayed')).toBe('true')
    }
    for (let times = 0; times < 3; times++) await again()
    for (let turn = 0; turn < 3; turn++) expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(429)
    await again()
    expect(await charged()).toBe(4)
  })

  test('parallel requests with the same id are charged once', async () => {
    const request = { conversationId: v7(), message: userMessage('What is sent at once?') }
    const answers = await Promise.all(Array.from({ length: 12 }, () => ada.send(request)))
    expect(statuses(answers)).not.toContain(429)
    await expect.poll(() => charged()).toBe(1)
    await expect.poll(() => charged('chat-day')).toBe(1)
  })

  test('a cached answer consumes the limit like any other answer', async () => {
    const left: (number | undefined)[] = []
    for (const status of ['miss', 'hit', 'hit', 'hit']) {
      const sent = await ask('What is the capital of Norway?')
      expect(sent.cache?.status).toBe(status)
      left.push(parseItems(sent.headers.get('ratelimit')).chat?.r)
    }
    expect(left).toEqual([3, 2, 1, 0])
    expect((await ask('What is the capital of Norway?')).status).toBe(429)
  })

  test('Postgres counts the chat limit while Redis is down', async () => {
    await goldfish.proxies.redis.refuse()
    try {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask()))
      expect(statuses(answers)).toEqual([200, 200, 200, 200, 429, 429, 429, 429])
      expect(await goldfish.sql(`select count from rate_limit where key like 'chat%' order by key`)).toEqual([
        { count: 4 },
        { count: 4 },
      ])
    } finally {
      await restore()
    }
  })
})

describe('the sign-in limits', () => {
  beforeEach(resetCounters)

  const guess = (email: string, init: { at?: string; path?: string; from?: string } = {}) =>
    fetch(`${init.at ?? goldfish.url}/api/auth${init.path ?? '/sign-in/email'}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        origin: goldfish.url,
        ...(init.from && { 'x-forwarded-for': init.from }),
      },
      body: JSON.stringify({ email, password: 'not the right password' }),
    })
  /**
   * Guesses directly at an instance, as its proxy would. The instance must trust only the last address of
   * X-Forwarded-For, which the proxy adds, and no address to its left, which a client can forge.
   */
  const guessFrom = async (address: string, index = 0, path?: string) => {
    const spoofed = `198.51.100.${index}, ${v7()}, ${address}`
    const at = goldfish.instances[index % 2]?.url ?? ''
    return (await guess(`${v7()}@example.com`, { at, from: spoofed, ...(path && { path }) })).status
  }

  test('guesses at one account are rejected on every instance, even if the forwarded address changes', async () => {
    const answers: Response[] = []
    for (let turn = 0; turn < 9; turn++)
      answers.push(await guess(turn % 2 ? ada.email : ada.email.toUpperCase(), { from: `203.0.113.${turn}` }))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429])
    const refused = answers[5] as Response
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
    expect(parseItems(refused.headers.get('ratelimit-policy'))).toHaveProperty('sign-in-account', {
      q: 5,
      w: windowSeconds,
    })
    expect(parseItems(refused.headers.get('ratelimit'))).not.toHaveProperty('sign-in-account')
  })

  test.each([
    [
      'one IPv6 /64 network in any spelling',
      (n: number) => [`2001:db8:7:8::${n + 1}`, `2001:DB8:0007:8:${n + 1}::`, `2001:db8:7:8:ffff:0:0:${n + 1}`][n % 3],
      '2001:db8:7:9::1',
    ],
    [
      'one IPv4 /24 network with and without IPv6 mapping',
      (n: number) => [`192.0.2.${n}`, `::ffff:192.0.2.${n}`][n % 2],
      '192.0.3.1',
    ],
  ])('guesses at many accounts from %s are rejected', async (_, address, otherNetwork) => {
    const answers: number[] = []
    for (let turn = 0; turn < 11; turn++) answers.push(await guessFrom(address(turn) ?? '', turn))
    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 429, 429, 429])
    for (const path of ['//sign-in/email', '/sign-in//email', '/sign-in/email/', '/Sign-In/Email', '/sign-in%2Femail'])
      expect([308, 404, 429], path).toContain(await guessFrom(address(0) ?? '', 0, path))
    expect(await guessFrom(otherNetwork)).toBe(401)
  })

  test('the sign-in limit holds while Redis is down, and sign-in returns 503 while Postgres is down too', async () => {
    await goldfish.proxies.redis.refuse()
    try {
      const answers: number[] = []
      for (let turn = 0; turn < 7; turn++) answers.push((await guess(ada.email)).status)
      expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429])
      await goldfish.proxies.postgres.refuse()
      const refused = await guess(ada.email)
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toBe('3')
      expect(await refused.json()).toMatchObject({ code: 'database_unavailable' })
    } finally {
      await restore()
    }
    expect((await guess(`${v7()}@example.com`)).status).toBe(401)
  })

  test('every account route returns the rate limit of the network in its headers', async () => {
    const response = await ada.fetch('/api/auth/get-session')
    expect(response.status).toBe(200)
    expect(parseItems(response.headers.get('ratelimit-policy'))).toEqual({ auth: { q: 300, w: 60 } })
    expect(parseItems(response.headers.get('ratelimit')).auth?.r).toBeLessThan(300)
  })
})

/** For each limit, a request that consumes it once. */
const routes: Record<string, (person: Person, conversationId: string) => Promise<Response>> = {
  import: (person) =>
    person.fetch('/api/conversations/import', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[]',
    }),
  export: (person) => person.fetch('/api/conversations/export'),
  'export-one': (person, id) => person.fetch(`/api/conversations/${id}/export`),
}

describe('import, export and share link limits', () => {
  /** Makes the calls one after another, alternating between the instances, and reads each response to its end. */
  const callEach = async (times: number, call: () => Promise<Response>) => {
    const answers: { status: number; headers: Headers; body: string }[] = []
    for (let turn = 0; turn < times; turn++) {
      const response = await call()
      answers.push({ status: response.status, headers: response.headers, body: await response.text() })
    }
    return answers
  }
  const expectRefusal = ({ headers, body }: { headers: Headers; body: string }, limit: string) => {
    expect(headers.get('content-type')).toBe('application/problem+json')
    const problem = JSON.parse(body)
    expect(problem).toMatchObject({ code: 'rate_limited', status: 429 })
    expect(problem.retryAfter).toBeGreaterThan(0)
    expect(headers.get('retry-after')).toBe(String(problem.retryAfter))
    expect(parseItems(headers.get('ratelimit-policy'))[limit]).toEqual({ q: 2, w: windowSeconds })
    expect(parseItems(headers.get('ratelimit'))[limit]).toEqual({ r: 0, t: problem.retryAfter })
  }

  test.each(Object.keys(routes))('the %s limit is counted for each user and affects no other limit', async (limit) => {
    const conversationId = v7()
    await ask('What is to be had?', conversationId)
    const call = () => routes[limit]?.(ada, conversationId) ?? Promise.reject(new Error(`no route for ${limit}`))
    const answers = await callEach(4, call)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429])
    const left = answers.map(({ headers }) => parseItems(headers.get('ratelimit'))[limit]?.r)
    expect(left).toEqual([1, 0, 0, 0])
    expectRefusal(answers[2] as (typeof answers)[number], limit)
    expect(await charged(limit)).toBe(2)

    const eve = await signUp(goldfish.url)
    const hers = v7()
    await eve.send({ conversationId: hers }, 'And what has she?')
    expect((await routes[limit]?.(eve, hers))?.status).toBe(200)
    // The other limits must not be affected.
    const free = Object.keys(routes).find((name) => name !== limit) ?? ''
    expect((await routes[free]?.(ada, conversationId))?.status).toBe(200)
  })

  test('existing and unknown share links consume one limit per network for all callers', async () => {
    const conversationId = v7()
    await ask('What is shared?', conversationId)
    const made = await ada.fetch(`/api/conversations/${conversationId}/share`, { method: 'POST' })
    const { shareId, path } = (await made.json()) as { shareId: string; path: string }
    const guessed = await fetch(`${goldfish.url}/api/shares/${'x'.repeat(24)}`)
    expect(guessed.status).toBe(404)
    const answers = await callEach(3, () => fetch(`${goldfish.url}/api/shares/${shareId}`))
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 429])
    expect(parseItems(answers[0]?.headers.get('ratelimit') ?? null)['shared-link']?.r).toBe(0)
    expectRefusal(answers[1] as (typeof answers)[number], 'shared-link')
    expect((await ada.fetch(`/api/shares/${shareId}`)).status).toBe(429)
    // The page of the link must consume the same limit as the API.
    expect(await (await fetch(`${goldfish.url}${path}`)).text()).not.toContain('What is shared?')
    await resetCounters()
    expect(await (await fetch(`${goldfish.url}${path}`)).text()).toContain('What is shared?')
  })
})

test('an unknown limit in RATE_LIMITS fails the start with a list of the valid names', async () => {
  const started = startGoldfish({ instances: 1, env: { RATE_LIMITS: '{"chats":"1000/60"}' } })
  await expect(started).rejects.toThrow(/RATE_LIMITS: there is no limit named chats\. The names are: chat, /)
})
