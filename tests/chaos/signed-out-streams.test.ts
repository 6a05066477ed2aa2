/** U02: a session that is over ends within five seconds what it had open, on whatever instance. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, personAt, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { withSlowness } from './slowness'
import { watchStream } from './watch-stream'

const password = 'correct horse battery staple'
const endsWithinMs = 5000

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

const on = (place: number, person: Person) => personAt(goldfish.instances[place]?.url ?? '', person, goldfish.url)
const post = (person: Person, path: string, body: object = {}) =>
  person.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
async function signIn(): Promise<Person> {
  const response = await post(on(0, ada), '/api/auth/sign-in/email', { email: ada.email, password })
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])
  return personAt(goldfish.url, { email: ada.email, cookie: cookie.join('; '), bearer: '' })
}

/** A way to end Bea's session, which is one of Ada's account, from the first instance. */
type Ending = (bea: Person) => Promise<Response>
const endings: [string, Ending][] = [
  ['signs out', (bea) => post(on(0, bea), '/api/auth/sign-out')],
  [
    'is revoked by another session',
    (bea) =>
      post(on(0, ada), '/api/auth/revoke-session', { token: /session_token=([^.]+)\./.exec(bea.cookie)?.[1] ?? '' }),
  ],
  [
    'loses the password',
    () =>
      post(on(0, ada), '/api/auth/change-password', {
        currentPassword: password,
        newPassword: 'an entirely different secret',
        revokeOtherSessions: true,
      }),
  ],
]

test.each(endings)(
  'who %s on 1 has nothing open on 2 and 3 five seconds later, and the turn is kept',
  async (_, end) => {
    const bea = await signIn()
    const conversationId = v7()
    // Eight seconds: it would go on long after its reader may.
    const message = userMessage('[stub:tokens=400] [stub:gap=20] A long one')
    const sent = await post(on(1, bea), '/api/chat', { conversationId, message })
    const resumed = await on(2, bea).fetch(`/api/chat/${conversationId}/stream`)
    expect([sent.status, resumed.status]).toEqual([200, 200])
    const streams = [sent, resumed].map(async (response) => {
      await watchStream(response)
      return Date.now()
    })
    await expect.poll(() => goldfish.stub.log()[0]?.tokensSent ?? 0, { timeout: 10_000 }).toBeGreaterThan(20)

    expect((await end(bea)).status).toBe(200)
    const endedAt = Date.now()
    const untilClosed = async () => {
      expect((await on(1, bea).fetch('/api/conversations')).status).toBe(401)
      expect((await on(2, bea).fetch(`/api/chat/${conversationId}/stream`)).status).toBe(401)
      return (await Promise.all(streams)).map((at) => at - endedAt)
    }
    // It waits for Postgres, as those who look whether the session is still there.
    const probes = [1, 2].map((place) => () => on(place, ada).fetch('/api/health/ready'))
    const { result: took, slownessMs } = await withSlowness(untilClosed, { probes, everyMs: 100 })
    // A look that comes late may also be answered late.
    const patienceMs = endsWithinMs + 2 * slownessMs
    expect(
      took.every((ms) => ms <= patienceMs),
      `the streams ended ${took.join(' and ')} ms later, of ${Math.round(patienceMs)} ms`,
    ).toBe(true)

    const again = await personAt(goldfish.url, await signInAgain()).messages(conversationId)
    expect(again[1]?.parts).toMatchObject([{ text: message.parts[0]?.text }])
  },
)

/** Ada herself, with the password that she has by now. */
async function signInAgain(): Promise<Person> {
  for (const secret of [password, 'an entirely different secret']) {
    const response = await post(ada, '/api/auth/sign-in/email', { email: ada.email, password: secret })
    if (response.status !== 200) continue
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])
    return personAt(goldfish.url, { email: ada.email, cookie: cookie.join('; '), bearer: '' })
  }
  throw new Error('nobody can sign in')
}
