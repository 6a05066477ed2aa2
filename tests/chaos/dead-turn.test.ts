/** Tests the recovery of turns and tool calls that are unfinished when their server is killed or frozen. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Person, personAt, readAnswer, signUp, userMessage } from '@/tests/integration/chat-client'
import type { AppInstance } from '@/tests/services/app-instance'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
const cronSecret = 'a-secret-for-the-scheduler'
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, env: { CRON_SECRET: cronSecret } })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())
beforeEach(() => goldfish.stub.reset())

/**
 * Starts a long answer to a new question on one instance, reads its beginning and returns the text that has arrived.
 */
async function startLongAnswer(conversationId: string, on: AppInstance): Promise<string> {
  const response = await personAt(on.url, ada, goldfish.url).fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      conversationId,
      message: userMessage(`[stub:tokens=4000] [stub:gap=10] Tell me everything ${v7()}`),
    }),
  })
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  while (seen.split('text-delta').length < 80) {
    const { value, done } = await reader.read()
    if (done) break
    seen += value
  }
  return textOf(seen)
}

const textOf = (body: string) =>
  [...body.matchAll(/"type":"text-delta"[^}]*"delta":"((?:[^"\\]|\\.)*)"/g)]
    .map((match) => JSON.parse(`"${match[1]}"`))
    .join('')
const newest = async (conversationId: string) => (await ada.messages(conversationId))[0]
const status = async (conversationId: string) => (await newest(conversationId))?.status
const storedText = async (conversationId: string) =>
  (await newest(conversationId))?.parts.map((part) => ('text' in part ? part.text : '')).join('') ?? ''
const written = (title: string) => goldfish.sql('select done from todo where title = $1', [title])

/**
 * A dead turn is only ended after fifteen seconds, so one server is killed once while
 * the turns of all these tests run.
 */
describe('recovery after a killed server', () => {
  const [leftAlone, toContinue, toStop] = [v7(), v7(), v7()]
  const withTools = (['continue-message', 'regenerate-message'] as const).map((trigger) => ({
    trigger,
    conversationId: v7(),
    title: `Milk for ${v7()}`,
  }))
  let seen: string

  beforeAll(async () => {
    const instance = goldfish.instances[0] as AppInstance
    const client = personAt(instance.url, ada, goldfish.url)
    goldfish.stub.script(
      withTools.flatMap(({ title }) => [
        { match: title, times: 1 },
        { match: title, times: 1, hang: true },
      ]),
    )
    const cut = withTools.map(({ conversationId, title }) => {
      const question = `[stub:tool=create_todo {"title":"${title}"}] [stub:text=It is on your list.]`
      return expect(client.send({ conversationId }, question)).rejects.toThrow()
    })
    for (const { title } of withTools)
      await vi.waitFor(async () => expect(await written(title)).toHaveLength(1), { timeout: 30_000 })
    await Promise.all([toContinue, toStop].map((conversationId) => startLongAnswer(conversationId, instance)))
    seen = await startLongAnswer(leftAlone, instance)
    // Text that the client has read may not have been saved yet.
    for (const conversationId of [leftAlone, toContinue])
      await vi.waitFor(async () => expect((await storedText(conversationId)).length).toBeGreaterThan(50), {
        timeout: 30_000,
      })
    // The stop request is sent while the process is frozen, so that it cannot receive the signal before it is killed.
    process.kill(instance.pid, 'SIGSTOP')
    const elsewhere = personAt(goldfish.instances[1]?.url ?? '', ada, goldfish.url)
    expect((await elsewhere.fetch(`/api/chat/${toStop}/stop`, { method: 'POST' })).status).toBe(202)
    await instance.kill()
    await Promise.all(cut)
    const blocked = await ada.send({ conversationId: leftAlone }, 'And now?')
    expect(blocked.problem?.code ?? 'opened').toMatch(/turn_in_progress|opened/)
    await instance.restart()
  })

  test('a turn of a killed server is interrupted and keeps its partial answer, and the next turn works', async () => {
    await expect.poll(() => status(leftAlone), { timeout: 30_000 }).toBe('interrupted')
    const stored = await storedText(leftAlone)
    expect(stored.length).toBeGreaterThan(50)
    expect(seen.startsWith(stored) || stored.startsWith(seen)).toBe(true)

    const next = await ada.send({ conversationId: leftAlone }, 'And now?')
    expect(next).toMatchObject({ status: 200, error: null })
    expect(JSON.stringify(goldfish.stub.log().at(-1)?.messages)).toContain(JSON.stringify(stored).slice(1, -1))
  })

  test('a turn that was stopped just before its server was killed ends as stopped', async () => {
    await expect.poll(() => status(toStop), { timeout: 30_000 }).toBe('stopped')
  })

  test('continuing a turn of a killed server stores one complete answer in its place', async () => {
    await expect.poll(() => status(toContinue), { timeout: 30_000 }).toBe('interrupted')
    const partial = await storedText(toContinue)
    const interrupted = await newest(toContinue)

    goldfish.stub.script([{ text: ' and that was all.' }])
    const rest = await ada.send({
      conversationId: toContinue,
      trigger: 'continue-message',
      messageId: interrupted?.id ?? '',
      turnId: v7(),
    })
    expect(rest.text).toBe(`${partial} and that was all.`)
    expect(rest.metadata?.cacheStored).toBe(false)
    const whole = await newest(toContinue)
    expect(whole).toMatchObject({ status: 'complete', siblings: [interrupted?.id, rest.messageId] })
    expect(whole?.parts).toMatchObject([{ type: 'text', text: rest.text }])
    const roles = goldfish.stub
      .log()
      .at(-1)
      ?.messages.map(({ role }) => role)
    expect(roles?.slice(-3)).toEqual(['user', 'assistant', 'user'])
  })

  test('a tool call of a killed server is executed once, even if the turn is then continued or regenerated', async () => {
    // The server may have been killed before the second model call, which was scripted to
    // hang. No further call may hang.
    for (const { trigger, conversationId, title } of withTools) {
      await expect.poll(() => status(conversationId), { timeout: 30_000 }).toBe('interrupted')
      const messageId = (await newest(conversationId))?.id ?? ''
      const rest = await ada.send({ conversationId, trigger, messageId, turnId: v7() })
      expect(rest).toMatchObject({ error: null, text: 'It is on your list.', metadata: { status: 'complete' } })
      expect(await written(title)).toHaveLength(1)
    }
  })

  test('no message keeps the status streaming after its server was killed', async () => {
    await expect.poll(() => goldfish.sql(`select 1 from message where status = 'streaming'`)).toEqual([])
  })
})

test('a frozen server that resumes does not overwrite a turn that has been ended meanwhile', async () => {
  const conversationId = v7()
  const instance = goldfish.instances[0] as AppInstance
  await startLongAnswer(conversationId, instance)
  process.kill(instance.pid, 'SIGSTOP')
  const elsewhere = personAt(goldfish.instances[1]?.url ?? '', ada, goldfish.url)
  const statusThere = async () => (await elsewhere.messages(conversationId))[0]?.status
  await expect.poll(statusThere, { timeout: 30_000 }).toBe('interrupted')
  const before = (await elsewhere.messages(conversationId))[0]
  process.kill(instance.pid, 'SIGCONT')
  await expect.poll(() => goldfish.stub.log()[0]?.endedAt ?? null, { timeout: 10_000 }).not.toBeNull()
  expect((await elsewhere.messages(conversationId))[0]).toEqual(before)
})

test('the sweep route requires the secret of the scheduler', async () => {
  const call = (authorization: string) =>
    fetch(`${goldfish.url}/api/cron/sweep`, { headers: { authorization } }).then(({ status }) => status)
  expect(await call('Bearer wrong')).toBe(404)
  expect(await call('')).toBe(404)
  expect(await call(`Bearer ${cronSecret}`)).toBe(200)
})

test('the sweep erases a deleted conversation when it can no longer be restored', async () => {
  const conversationId = v7()
  await ada.send({ conversationId }, 'Forget this')
  expect((await ada.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })).status).toBe(204)
  expect((await ada.fetch(`/api/conversations/${conversationId}`)).status).toBe(404)
  await goldfish.sql(`update conversation set deleted_at = now() - interval '31 seconds' where id = $1`, [
    conversationId,
  ])
  await expect
    .poll(() => goldfish.sql('select 1 from message where conversation_id = $1', [conversationId]), { timeout: 15_000 })
    .toEqual([])
  const restored = await ada.fetch(`/api/conversations/${conversationId}/restore`, { method: 'POST' })
  expect((await readAnswer(restored)).status).toBe(404)
})
