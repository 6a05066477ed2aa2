/** D03, D04: what a server that dies in the middle of an answer leaves behind, and who puts it in order. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, personAt, readAnswer, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
const cronSecret = 'a-secret-for-the-scheduler'
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 2, env: { CRON_SECRET: cronSecret } })
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  await Promise.all(goldfish.instances.map((instance) => instance.isRunning || instance.restart()))
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
})

/** Starts a long answer on one instance and reads until some of it has arrived. Gives back what was seen so far. */
async function startLongAnswer(conversationId: string, on: number) {
  const instance = goldfish.instances[on]
  if (!instance) throw new Error('no such instance')
  const there = personAt(instance.url, ada, goldfish.url)
  const response = await there.fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      conversationId,
      message: userMessage('[stub:tokens=4000] [stub:gap=10] Tell me everything'),
    }),
  })
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  // Sixty events at ten milliseconds: at least one checkpoint has been saved.
  while (seen.split('text-delta').length < 80) {
    const { value, done } = await reader.read()
    if (done) break
    seen += value
  }
  return { instance, reader, text: () => textOf(seen) }
}

const textOf = (body: string) =>
  [...body.matchAll(/"type":"text-delta"[^}]*"delta":"((?:[^"\\]|\\.)*)"/g)]
    .map((match) => JSON.parse(`"${match[1]}"`))
    .join('')
const newest = async (conversationId: string) => (await ada.messages(conversationId))[0]
const storedText = async (conversationId: string) =>
  (await newest(conversationId))?.parts.map((part) => ('text' in part ? part.text : '')).join('') ?? ''

test('a killed server leaves an interrupted turn with what was said, and the next turn works', async () => {
  const conversationId = v7()
  const answer = await startLongAnswer(conversationId, 0)
  await answer.instance.kill()
  const blocked = await ada.send({ conversationId }, 'And now?')
  expect(blocked.problem?.code ?? 'opened').toMatch(/turn_in_progress|opened/)

  await expect.poll(async () => (await newest(conversationId))?.status, { timeout: 30_000 }).toBe('interrupted')
  const stored = await storedText(conversationId)
  expect(stored.length).toBeGreaterThan(50)
  const seen = answer.text()
  expect(seen.startsWith(stored) || stored.startsWith(seen)).toBe(true)

  const next = await ada.send({ conversationId }, 'And now?')
  expect(next).toMatchObject({ status: 200, error: null })
  expect(JSON.stringify(goldfish.stub.log().at(-1)?.messages)).toContain(JSON.stringify(stored).slice(1, -1))
  expect(await goldfish.sql(`select 1 from message where status = 'streaming'`)).toEqual([])
})

test('Continue goes on from the partial text, as one answer in its place', async () => {
  const conversationId = v7()
  const answer = await startLongAnswer(conversationId, 0)
  await answer.instance.kill()
  await expect.poll(async () => (await newest(conversationId))?.status, { timeout: 30_000 }).toBe('interrupted')
  const partial = await storedText(conversationId)
  const interrupted = await newest(conversationId)

  goldfish.stub.script([{ text: ' and that was all.' }])
  const rest = await ada.send({
    conversationId,
    trigger: 'continue-message',
    messageId: interrupted?.id ?? '',
    turnId: v7(),
  })
  expect(rest.text).toBe(`${partial} and that was all.`)
  expect(rest.metadata?.cacheStored).toBe(false)
  const whole = await newest(conversationId)
  expect(whole).toMatchObject({ status: 'complete', siblings: [interrupted?.id, rest.messageId] })
  expect(whole?.parts).toMatchObject([{ type: 'text', text: rest.text }])
  const roles = goldfish.stub
    .log()
    .at(-1)
    ?.messages.map(({ role }) => role)
  expect(roles?.slice(-3)).toEqual(['user', 'assistant', 'user'])
})

test('killed after tools have written, then continued and regenerated: each was written once', async () => {
  const turns = (['continue-message', 'regenerate-message'] as const).map((trigger) => ({
    trigger,
    conversationId: v7(),
    title: `Milk for ${v7()}`,
  }))
  goldfish.stub.script(
    turns.flatMap(({ title }) => [
      { match: title, times: 1 },
      { match: title, times: 1, hang: true },
    ]),
  )
  const instance = goldfish.instances[0]
  if (!instance) throw new Error('no such instance')
  const there = personAt(instance.url, ada, goldfish.url)
  const lost = turns.map(({ conversationId, title }) => {
    const question = `[stub:tool=create_todo {"title":"${title}"}] [stub:text=It is on your list.]`
    return expect(there.send({ conversationId }, question)).rejects.toThrow()
  })
  const written = (title: string) => goldfish.sql('select done from todo where title = $1', [title])
  for (const { title } of turns) await expect.poll(() => written(title), { timeout: 30_000 }).toHaveLength(1)
  await instance.kill()
  await Promise.all(lost)
  for (const { conversationId } of turns)
    await expect.poll(async () => (await newest(conversationId))?.status, { timeout: 30_000 }).toBe('interrupted')

  // They may have died before they came to the call that was to hang.
  goldfish.stub.reset()
  for (const { trigger, conversationId, title } of turns) {
    const messageId = (await newest(conversationId))?.id ?? ''
    const rest = await ada.send({ conversationId, trigger, messageId, turnId: v7() })
    expect(rest).toMatchObject({ error: null, text: 'It is on your list.', metadata: { status: 'complete' } })
    expect(await written(title)).toHaveLength(1)
  }
})

test('a server that was only frozen finds that the turn is no longer its own, and writes nothing over it', async () => {
  const conversationId = v7()
  const answer = await startLongAnswer(conversationId, 0)
  process.kill(answer.instance.pid, 'SIGSTOP')
  const elsewhere = personAt(goldfish.instances[1]?.url ?? '', ada, goldfish.url)
  const status = async () => (await elsewhere.messages(conversationId))[0]?.status
  await expect.poll(status, { timeout: 30_000 }).toBe('interrupted')
  const before = (await elsewhere.messages(conversationId))[0]
  process.kill(answer.instance.pid, 'SIGCONT')
  await expect.poll(() => goldfish.stub.log()[0]?.endedAt ?? null, { timeout: 10_000 }).not.toBeNull()
  expect((await elsewhere.messages(conversationId))[0]).toEqual(before)
})

test('a turn that was asked to stop before its server died is stopped', async () => {
  const conversationId = v7()
  const answer = await startLongAnswer(conversationId, 0)
  process.kill(answer.instance.pid, 'SIGSTOP')
  const elsewhere = personAt(goldfish.instances[1]?.url ?? '', ada, goldfish.url)
  expect((await elsewhere.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })).status).toBe(202)
  await answer.instance.kill()
  const status = async () => (await elsewhere.messages(conversationId))[0]?.status
  await expect.poll(status, { timeout: 30_000 }).toBe('stopped')
})

test('where no process lives long a scheduler sweeps, if it knows the secret', async () => {
  const call = (authorization: string) =>
    fetch(`${goldfish.url}/api/cron/sweep`, { headers: { authorization } }).then(({ status }) => status)
  expect(await call('Bearer wrong')).toBe(404)
  expect(await call('')).toBe(404)
  expect(await call(`Bearer ${cronSecret}`)).toBe(200)
})

test('a deleted conversation is erased when it can no longer be restored', async () => {
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
