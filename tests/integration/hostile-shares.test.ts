/** Tests shares of hostile texts. They must be rendered only once, limited in size, and must not block the process. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SharedConversation, ShareLink } from '@/lib/contract/api'
import { adversarialTexts } from '@/tests/markdown/adversarial-texts'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { RATE_LIMITS: 'off' } })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

type Message = { role: 'user' | 'assistant'; text: string }

/** Stores a share with these messages and without a rendering, as releases did before shares were rendered. */
async function storeOldShare(messages: readonly Message[]): Promise<ShareLink> {
  const id = v7()
  await ada.send({ conversationId: id }, '[stub:text=short]')
  const made = await ada.fetch(`/api/conversations/${id}/share`, { method: 'POST' })
  const link = (await made.json()) as ShareLink
  await goldfish.sql('update shared_conversation set messages = $1::jsonb, rendered = null where share_id = $2', [
    JSON.stringify(messages),
    link.shareId,
  ])
  return link
}

/** Returns how many health checks the process answers, one after the other, before `work` has settled. */
async function countAnswersDuring(work: Promise<unknown>): Promise<number> {
  let [answers, isDone] = [0, false]
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    expect((await fetch(`${goldfish.url}/api/health/live`)).status).toBe(200)
    answers += 1
  }
  await done
  return answers
}

const megabyte: Message[] = adversarialTexts
  .slice(0, 64)
  .map(([, make]): Message => ({ role: 'assistant', text: make(16_000) }))

test('a hostile share of one megabyte is shown while other requests are answered', async () => {
  const link = await storeOldShare(megabyte)
  const read = async () => {
    const page = await fetch(`${goldfish.url}${link.path}`)
    expect(page.status).toBe(200)
    return (await page.text()).length
  }
  // Only the first request renders the share.
  for (let reader = 0; reader < 3; reader++) expect(await countAnswersDuring(read())).toBeGreaterThan(10)
  expect(await read()).toBeLessThan(20_000_000)
})

test('a share is rendered when it is created, and its page writes nothing', async () => {
  const id = v7()
  await ada.send({ conversationId: id }, '[stub:text=A **bold** word]')
  const link = (await (await ada.fetch(`/api/conversations/${id}/share`, { method: 'POST' })).json()) as ShareLink
  const stored = () =>
    goldfish.sql<{ rendered: string; row: string }>(
      'select rendered::text as rendered, xmin::text as row from shared_conversation where share_id = $1',
      [link.shareId],
    )
  const [before] = await stored()
  expect(before?.rendered).toContain('"strong"')
  expect(await (await fetch(`${goldfish.url}${link.path}`)).text()).toContain('bold</strong>')
  expect(await stored()).toEqual([before])
})

test('a share is rendered again after its messages have changed', async () => {
  const link = await storeOldShare([{ role: 'assistant', text: 'An *old* share' }])
  expect(await (await fetch(`${goldfish.url}${link.path}`)).text()).toContain('old</em>')
  // An older release updates the share without updating its rendering.
  await goldfish.sql(
    `update shared_conversation set created_at = created_at + interval '1 second', messages = $1::jsonb
    where share_id = $2`,
    [JSON.stringify([{ role: 'assistant', text: 'A *newer* share' }]), link.shareId],
  )
  expect(await (await fetch(`${goldfish.url}${link.path}`)).text()).toContain('newer</em>')
})

test('the newest part of a longer chat is shared, and the page shows a notice', async () => {
  const messages = Array.from(
    { length: 30 },
    (_, at): Message => ({ role: 'assistant', text: `${at} ${'a '.repeat(50_000)}` }),
  )
  const link = await storeOldShare(messages)
  const shared = (await (await fetch(`${goldfish.url}/api/shares/${link.shareId}`)).json()) as SharedConversation
  expect(shared.isShortened).toBe(true)
  expect(shared.messages.map(({ text }) => text.split(' ')[0])).toEqual(
    Array.from({ length: 10 }, (_, at) => String(20 + at)),
  )
  expect(await (await fetch(`${goldfish.url}${link.path}`)).text()).toContain('too long to share in full')
})
