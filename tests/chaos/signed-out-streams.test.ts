/** When a session ends, its open streams on all instances must end within five seconds. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, personAt, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { withSlowness } from './slowness'
import { watchStream } from './watch-stream'

const password = 'correct horse battery staple'
const maxOpenMs = 5000

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

/** A way to end the session of `bea` on the first instance. The session belongs to Ada's account. */
type Ending = (bea: Person) => Promise<Response>
const endings: [string, Ending][] = [
  ['is signed out', (bea) => post(on(0, bea), '/api/auth/sign-out')],
  [
    'is revoked by another session',
    (bea) =>
      post(on(0, ada), '/api/auth/revoke-session', { token: /session_token=([^.]+)\./.exec(bea.cookie)?.[1] ?? '' }),
  ],
  [
    'ends by a password change',
    () =>
      post(on(0, ada), '/api/auth/change-password', {
        currentPassword: password,
        newPassword: 'an entirely different secret',
        revokeOtherSessions: true,
      }),
  ],
]

test.each(endings)(
  'ends the streams on all instances within five seconds when the session %s, and keeps the turn',
  async (_, end) => {
    const bea = await signIn()
    const conversationId = v7()
    // The answer takes eight seconds, which is longer than its reader may stay connected.
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
    // This route waits for Postgres, like the check whether a session still exists.
    const probes = [1, 2].map((place) => () => on(place, ada).fetch('/api/health/ready'))
    const { result: took, slownessMs } = await withSlowness(untilClosed, { probes, everyMs: 100 })
    // A check that starts late may also be answered late.
    const limitMs = maxOpenMs + 2 * slownessMs
    expect(
      took.every((ms) => ms <= limitMs),
      `the streams ended after ${took.join(' and ')} ms; the limit is ${Math.round(limitMs)} ms`,
    ).toBe(true)

    const again = await personAt(goldfish.url, await signInAgain()).messages(conversationId)
    expect(again[1]?.parts).toMatchObject([{ text: message.parts[0]?.text }])
  },
)

/** Signs in as Ada with the password that is valid after the test. */
async function signInAgain(): Promise<Person> {
  for (const secret of [password, 'an entirely different secret']) {
    const response = await post(ada, '/api/auth/sign-in/email', { email: ada.email, password: secret })
    if (response.status !== 200) continue
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])
    return personAt(goldfish.url, { email: ada.email, cookie: cookie.join('; '), bearer: '' })
  }
  throw new Error('No password works')
}
