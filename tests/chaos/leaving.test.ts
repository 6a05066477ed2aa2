/** A process that is told to stop: readiness first, then the door, then what is left is put away so that it can go on. */
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
const begin = (person: Person, conversationId: string, text: string) =>
  person.fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId, message: userMessage(text) }),
  })

test('on SIGTERM readiness is red while everything is still served, and a running answer ends whole', async () => {
  const { instance, person } = on(0)
  const ready = () => fetch(`${instance.url}/api/health/ready`)
  const live = () => fetch(`${instance.url}/api/health/live`)
  // It has served all this before, so that nothing is loaded while its time runs.
  await expect.poll(async () => (await ready()).status).toBe(200)
  expect((await live()).status).toBe(200)
  const running = await begin(person, v7(), '[stub:tokens=220] [stub:gap=25] A slow one')
  const gone = instance.terminate()
  await expect.poll(async () => (await ready()).status).toBe(503)
  const readiness = async () => (await ready()).json()
  const [alive, served] = await Promise.all([
    live(),
    person.send({ conversationId: v7() }, 'Are you still there?'),
    // One slow answer of Redis is enough to call it unavailable.
    expect.poll(readiness).toEqual({ status: 'draining', postgres: 'ok', redis: 'ok' }),
  ])
  expect(alive.status).toBe(200)
  expect(served.metadata?.status).toBe('complete')
  expect(served.headers.get('connection')).toBe('close')

  const answer = await readAnswer(running)
  expect(answer.metadata?.status).toBe('complete')
  expect(await gone).toBe(0)
  // In this order, and nothing had to be ended.
  expect(instance.output().match(/"msg":"(draining|closing|ending)"/g)).toEqual(['"msg":"draining"', '"msg":"closing"'])
})

test('what does not end in time is stored as interrupted at once, and goes on elsewhere', async () => {
  const { instance, person } = on(0)
  const conversationId = v7()
  const running = begin(person, conversationId, '[stub:tokens=4000] [stub:gap=10] Everything')
  await expect.poll(() => goldfish.stub.log().length).toBe(1)
  // Ctrl-C: nobody has to hear first, and answers have the four seconds.
  process.kill(instance.pid, 'SIGINT')
  const answer = await readAnswer(await running)
  expect(answer.metadata?.status).toBe('interrupted')
  await expect.poll(() => instance.isRunning).toBe(false)
  await expect.poll(() => goldfish.stub.log()[0]?.clientAborted).toBe(true)

  const other = on(1).person
  const [kept] = await other.messages(conversationId)
  expect(kept).toMatchObject({ status: 'interrupted', parts: [{ type: 'text', text: answer.text }] })
  const rest = await other.send({
    conversationId,
    trigger: 'continue-message',
    messageId: kept?.id ?? '',
    turnId: v7(),
  })
  expect(rest.text.startsWith(answer.text)).toBe(true)
})
