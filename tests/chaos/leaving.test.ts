/**
 * A process that receives a stop signal must first report that it is not ready, then accept no new connections, and
 * finally store its unfinished answers so that they can be continued.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, personAt, readAnswer, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, env: { DRAIN_SECONDS: '4', LOG_LEVEL: 'info' } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  await Promise.all(goldfish.instances.map((instance) => instance.isRunning || instance.restart()))
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

function on(index: number) {
  const instance = goldfish.instances[index]
  if (!instance) throw new Error('no such instance')
  return { instance, person: personAt(instance.url, ada, goldfish.url) }
}
const startTurn = (person: Person, conversationId: string, text: string) =>
  person.fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId, message: userMessage(text) }),
  })

test('reports that it is not ready after SIGTERM, still serves all requests, and completes a running answer', async () => {
  const { instance, person } = on(0)
  const ready = () => fetch(`${instance.url}/api/health/ready`)
  const live = () => fetch(`${instance.url}/api/health/live`)
  // These routes are requested once before, so that none of them must be loaded during the drain time.
  await expect.poll(async () => (await ready()).status).toBe(200)
  expect((await live()).status).toBe(200)
  const running = await startTurn(person, v7(), '[stub:tokens=220] [stub:gap=25] A slow one')
  const exitCode = instance.terminate()
  await expect.poll(async () => (await ready()).status).toBe(503)
  const readiness = async () => (await ready()).json()
  const [alive, served] = await Promise.all([
    live(),
    person.send({ conversationId: v7() }, 'Are you still there?'),
    // One slow response of Redis is enough for the status `unavailable`, so this is polled.
    expect.poll(readiness).toEqual({ status: 'draining', postgres: 'ok', redis: 'ok' }),
  ])
  expect(alive.status).toBe(200)
  expect(served.metadata?.status).toBe('complete')
  expect(served.headers.get('connection')).toBe('close')

  const answer = await readAnswer(running)
  expect(answer.metadata?.status).toBe('complete')
  expect(await exitCode).toBe(0)
  // The stages occurred in this order, and no answer had to be interrupted.
  expect(instance.output().match(/"msg":"(draining|closing|ending)"/g)).toEqual(['"msg":"draining"', '"msg":"closing"'])
})

test('stores an answer that does not end in time as interrupted, and another instance can continue it', async () => {
  const { instance, person } = on(0)
  const conversationId = v7()
  const running = startTurn(person, conversationId, '[stub:tokens=4000] [stub:gap=10] Everything')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  // SIGINT skips the draining stage. Answers then have the four seconds of DRAIN_SECONDS to end.
  process.kill(instance.pid, 'SIGINT')
  const answer = await readAnswer(await running)
  expect(answer.metadata?.status).toBe('interrupted')
  await expect.poll(() => instance.isRunning).toBe(false)
  await expect.poll(() => goldfish.stub.log()[0]?.clientAborted).toBe(true)

  const other = on(1).person
  const [stored] = await other.messages(conversationId)
  expect(stored).toMatchObject({ status: 'interrupted', parts: [{ type: 'text', text: answer.text }] })
  const rest = await other.send({
    conversationId,
    trigger: 'continue-message',
    messageId: stored?.id ?? '',
    turnId: v7(),
  })
  expect(rest.text.startsWith(answer.text)).toBe(true)
})
