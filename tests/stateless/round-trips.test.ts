import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, signUp, userMessage } from '@/tests/integration/chat-client'
import { keyFetch, makeKey } from '@/tests/integration/key-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { describeTrips, longestChain } from '@/tests/services/trip-log'

/**
 * Counts the sequential round trips to Postgres and Redis before the model is called or a cached answer
 * starts. They are counted on the wire and not by time: the proxies delay responses, so that requests that are
 * sent together are seen together.
 */
describe.each([{ EMBEDDING_MODEL: 'none' }, { EMBEDDING_MODEL: 'stub-embedder' }])(
  'round trips with EMBEDDING_MODEL=$EMBEDDING_MODEL',
  ({ EMBEDDING_MODEL }) => {
    let goldfish: Goldfish & { proxies: Proxies }
    let ada: Person
    let key: string
    const conversationId = v7()

    beforeAll(async () => {
      // Rate limits must be counted as in production, but never reached.
      const RATE_LIMITS = '{"chat":"100000/60","chat-day":"100000/86400"}'
      goldfish = await startGoldfish({
        instances: 1,
        throughProxies: { delayMs: 40 },
        env: { RATE_LIMITS, EMBEDDING_MODEL },
      })
      ada = await signUp(goldfish.url)
      // Each process opens its connections and loads its scripts once. The trips of all later turns are counted.
      ;({ key } = await makeKey(ada, ['chat']))
      await keyFetch(goldfish.url, key)('/api/models')
      for (const question of ['One?', 'Two?', 'One?']) await ada.send({ conversationId }, question)
      await Promise.all(Array.from({ length: 10 }, () => ada.send({ conversationId: v7() }, 'One?')))
    })
    afterAll(() => goldfish?.stop())

    /** Returns a question that could match by meaning, but that no turn has asked before. */
    const anotherQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`

    /** Conversations whose title is still being generated in the background, which makes trips of its own. */
    const untitled = () =>
      goldfish.sql(`select c.id from conversation c
        join message m on m.user_id = c.user_id and m.conversation_id = c.id and m.role = 'assistant' and m.seq = 2
        where c.titled_by <> 'model' and m.cache ->> 'status' = 'miss' and m.cache ->> 'collapsed' is null`)

    type Moment = 'model is called' | 'answer starts'

    /**
     * Sends a request and returns the trips that were answered before the given moment. Returns null if that moment
     * never came or if a connection had to be opened.
     */
    async function tripsOf(send: () => Promise<Response>, moment: Moment) {
      await expect.poll(untitled, { timeout: 10_000 }).toEqual([])
      const { trips } = goldfish.proxies
      goldfish.stub.reset()
      const from = trips.now()
      const response = await send()
      let until = 0
      const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read())
        if (until === 0 && read.value.includes('text-delta')) until = trips.now()
      if (moment === 'model is called') {
        const [call] = goldfish.stub.log()
        if (!call) return null
        until = call.startedAt - performance.timeOrigin
      } else if (goldfish.stub.log().length > 0) return null
      // Writes to the event log run in the background, so the answer does not wait for them.
      const list = trips.between(from, until).list.filter(({ requests }) => !requests.every(isLogWrite))
      if (list.some(({ handshake }) => handshake)) return null
      const postgres = longestChain(list.filter(({ store }) => store === 'postgres'))
      return { list, sequential: longestChain(list), postgres }
    }

    /**
     * Returns the shortest chain of three sends. On a machine that stalls, concurrent requests can look
     * like a chain, or Redis can respond too late, so that a hit becomes a miss. Trips that the product
     * really waits for occur in all three.
     */
    async function fewestTripsOf(send: () => Promise<Response>, moment: Moment) {
      const seen = [await tripsOf(send, moment), await tripsOf(send, moment), await tripsOf(send, moment)]
      const lengthOf = (trips: { sequential: number; postgres: number }) => trips.sequential + trips.postgres
      const [fewest] = seen.filter((trips) => trips !== null).toSorted((one, other) => lengthOf(one) - lengthOf(other))
      if (!fewest) throw new Error(`In none of three sends on open connections the ${moment}`)
      return fewest
    }

    const isLogWrite = (request: string) => request.endsWith(' gf:1:log')

    const post = (body: object, headers: Record<string, string> = {}) =>
      ada.fetch('/api/chat', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })

    test.each([
      ['a new conversation', () => ({ conversationId: v7(), message: userMessage(anotherQuestion()) }), {}],
      ['a conversation with history', () => ({ conversationId, message: userMessage(anotherQuestion()) }), {}],
    ])('a cache miss in %s takes at most three sequential round trips, two of them to Postgres', async (_, body) => {
      const { sequential, postgres, list } = await fewestTripsOf(() => post(body()), 'model is called')
      expect(sequential, describeTrips(list)).toBeLessThanOrEqual(3)
      expect(postgres, describeTrips(list)).toBeLessThanOrEqual(2)
      expect(list.length, describeTrips(list)).toBeGreaterThanOrEqual(3)
    })

    test.each([
      ['with a cookie', () => ({})],
      ['with a bearer token', () => ({ authorization: `Bearer ${ada.bearer}` })],
      ['with an API key', () => ({ 'x-api-key': key })],
    ])('a cache hit of a request %s takes at most two sequential round trips', async (_, headers) => {
      const { sequential, list } = await fewestTripsOf(
        () => post({ conversationId: v7(), message: userMessage('One?') }, headers()),
        'answer starts',
      )
      expect(sequential, describeTrips(list)).toBeLessThanOrEqual(2)
    })

    test('a tool call that writes adds at most two round trips to Postgres to a turn', async () => {
      const { trips } = goldfish.proxies
      const tripsOfTurn = async (question: string) => {
        const from = trips.now()
        // The answer ends with its stream. The title is generated after that and must not be counted.
        const sent = await ada.send({ conversationId }, question)
        expect(sent).toMatchObject({ error: null, metadata: { status: 'complete' } })
        return trips
          .between(from, trips.now())
          .list.filter(({ store, handshake }) => store === 'postgres' && !handshake)
      }
      /**
       * Returns the fewest trips of three turns, because a turn may coincide with a sweep, and
       * a slow one saves a checkpoint.
       */
      const costOf = async (directive: string) => {
        const lists = []
        for (let at = 0; at < 3; at++) lists.push(await tripsOfTurn(`${anotherQuestion()} ${directive}`))
        return lists.reduce((fewest, list) => (list.length < fewest.length ? list : fewest))
      }
      const without = await costOf('')
      const made = await costOf('[stub:tool=create_todo {"title":"Milk"}]')
      expect(made.length, describeTrips(made)).toBeLessThanOrEqual(without.length + 2)
      expect(made.length, describeTrips(made)).toBeGreaterThan(without.length)
    })

    test('200 turns use only the connections of the pool', async () => {
      const { postgres, redis } = goldfish.proxies
      const before = [postgres, redis].map((proxy) => proxy.connections().opened)
      for (let round = 0; round < 20; round++)
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            ada.send({ conversationId: v7() }, `Question ${round} of ${index}?`),
          ),
        )
      await expect.poll(() => postgres.connections().open).toBeLessThanOrEqual(10)
      // One connection sends commands, and one subscribes to signals when a turn takes longer than a moment.
      await expect.poll(() => redis.connections().open).toBeLessThanOrEqual(2)
      // A connection that seemed dead is replaced. One new connection per turn would add up to 200.
      const opened = [postgres, redis].map((proxy, at) => proxy.connections().opened - (before[at] ?? 0))
      expect(Math.max(...opened), `opened ${opened.join(' and ')}`).toBeLessThanOrEqual(10)
    }, 120_000)
  },
)
