import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, signUp, userMessage } from '@/tests/integration/chat-client'
import { keyFetch, makeKey } from '@/tests/integration/key-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'
import { describeTrips, longestChain } from '@/tests/services/trip-log'

/**
 * How many waits for Postgres and Redis lie one after another before the model is called, or before a cached answer
 * starts. Counted on the wire, not by a clock: answers are held back so that what goes out together is seen together.
 */
describe.each([{ EMBEDDING_MODEL: 'none' }, { EMBEDDING_MODEL: 'stub-embedder' }])(
  'with $EMBEDDING_MODEL for an embedder',
  ({ EMBEDDING_MODEL }) => {
    let goldfish: Goldfish & { proxies: Proxies }
    let ada: Person
    let key: string
    const conversationId = v7()

    beforeAll(async () => {
      // Limits are counted, as everywhere in life, and out of the way.
      const RATE_LIMITS = '{"chat":"100000/60","chat-day":"100000/86400"}'
      goldfish = await startGoldfish({
        instances: 1,
        throughProxies: { delayMs: 40 },
        env: { RATE_LIMITS, EMBEDDING_MODEL },
      })
      ada = await signUp(goldfish.url)
      // Connections are opened and scripts loaded once in a process's life; what counts is every turn after that.
      ;({ key } = await makeKey(ada, ['chat']))
      await keyFetch(goldfish.url, key)('/api/models')
      for (const question of ['One?', 'Two?', 'One?']) await ada.send({ conversationId }, question)
      await Promise.all(Array.from({ length: 10 }, () => ada.send({ conversationId: v7() }, 'One?')))
    })
    afterAll(() => goldfish?.stop())

    /** One that could have been asked in other words, and has not been. */
    const anotherQuestion = () => `How does the ${v7().replaceAll(/[^a-z]/g, '')} engine of a sailing boat work?`

    /** Conversations whose titles are still being made, behind the answers: they have trips of their own. */
    const untitled = () =>
      goldfish.sql(`select c.id from conversation c
        join message m on m.user_id = c.user_id and m.conversation_id = c.id and m.role = 'assistant' and m.seq = 2
        where c.titled_by <> 'model' and m.cache ->> 'status' = 'miss' and m.cache ->> 'collapsed' is null`)

    type Moment = 'model is called' | 'answer starts'

    /**
     * Sends, and tells which trips were answered when the given moment came. Null where it did not come, or a connection
     * had to be opened on the way.
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
      // The log of the turn's events is written behind its back: nobody waits for that.
      const list = trips.between(from, until).list.filter(({ requests }) => !requests.every(isLogWrite))
      if (list.some(({ handshake }) => handshake)) return null
      const postgres = longestChain(list.filter(({ store }) => store === 'postgres'))
      return { list, sequential: longestChain(list), postgres }
    }

    /**
     * The shortest chain of three sends: on a machine that holds its breath what goes out together looks like a chain, or
     * Redis is too late and a hit becomes a miss. What the product itself waits for is in all of them.
     */
    async function leastTripsOf(send: () => Promise<Response>, moment: Moment) {
      const seen = [await tripsOf(send, moment), await tripsOf(send, moment), await tripsOf(send, moment)]
      const lengthOf = (trips: { sequential: number; postgres: number }) => trips.sequential + trips.postgres
      const [least] = seen.filter((trips) => trips !== null).toSorted((one, other) => lengthOf(one) - lengthOf(other))
      if (!least) throw new Error(`of three sends none was one where, on open connections, the ${moment}`)
      return least
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
    ])('a miss in %s: at most three, two of them Postgres', async (_, body) => {
      const { sequential, postgres, list } = await leastTripsOf(() => post(body()), 'model is called')
      expect(sequential, describeTrips(list)).toBeLessThanOrEqual(3)
      expect(postgres, describeTrips(list)).toBeLessThanOrEqual(2)
      expect(list.length, describeTrips(list)).toBeGreaterThanOrEqual(3)
    })

    test.each([
      ['with a cookie', () => ({})],
      ['with a bearer token', () => ({ authorization: `Bearer ${ada.bearer}` })],
      ['with an API key', () => ({ 'x-api-key': key })],
    ])('a hit, %s: at most two', async (_, headers) => {
      const { sequential, list } = await leastTripsOf(
        () => post({ conversationId: v7(), message: userMessage('One?') }, headers()),
        'answer starts',
      )
      expect(sequential, describeTrips(list)).toBeLessThanOrEqual(2)
    })

    test('a turn with one call that writes costs two trips to Postgres more than one without, at most', async () => {
      const { trips } = goldfish.proxies
      const tripsOfTurn = async (question: string) => {
        const from = trips.now()
        // The answer is over with its stream; what comes after (a title) is of no turn here.
        const sent = await ada.send({ conversationId }, question)
        expect(sent).toMatchObject({ error: null, metadata: { status: 'complete' } })
        return trips
          .between(from, trips.now())
          .list.filter(({ store, handshake }) => store === 'postgres' && !handshake)
      }
      /** The cheapest of three: the process sweeps now and then, and a turn that takes long is saved on its way. */
      const costOf = async (directive: string) => {
        const lists = []
        for (let at = 0; at < 3; at++) lists.push(await tripsOfTurn(`${anotherQuestion()} ${directive}`))
        return lists.reduce((least, list) => (list.length < least.length ? list : least))
      }
      const without = await costOf('')
      const made = await costOf('[stub:tool=create_todo {"title":"Milk"}]')
      expect(made.length, describeTrips(made)).toBeLessThanOrEqual(without.length + 2)
      expect(made.length, describeTrips(made)).toBeGreaterThan(without.length)
    })

    test('200 turns open no connection beyond the pool', async () => {
      const { postgres, redis } = goldfish.proxies
      const before = [postgres, redis].map((proxy) => proxy.connections().opened)
      for (let round = 0; round < 20; round++)
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            ada.send({ conversationId: v7() }, `Question ${round} of ${index}?`),
          ),
        )
      await expect.poll(() => postgres.connections().open).toBeLessThanOrEqual(10)
      // One for commands, and one that hears of them once a turn has taken longer than a moment.
      await expect.poll(() => redis.connections().open).toBeLessThanOrEqual(2)
      // One that seemed dead is opened anew; one a turn would be two hundred.
      const opened = [postgres, redis].map((proxy, at) => proxy.connections().opened - (before[at] ?? 0))
      expect(Math.max(...opened), `opened ${opened.join(' and ')}`).toBeLessThanOrEqual(10)
    }, 120_000)
  },
)
