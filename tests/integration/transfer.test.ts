/** Tests share links, exports and imports. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  ConversationItem,
  GoldfishExport,
  ImportReport,
  Page,
  SharedConversation,
  ShareLink,
} from '@/lib/contract/api'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

let goldfish: Goldfish
let ada: Person
let eve: Person
beforeAll(async () => {
  goldfish = await startGoldfish()
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

async function read<Body>(response: Response): Promise<Body> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return JSON.parse(text) as Body
}
const startChat = async (person: Person, ...texts: string[]) => {
  const id = v7()
  for (const text of texts) expect((await person.send({ conversationId: id }, text)).status).toBe(200)
  return id
}
const call = (person: Person, method: string, path: string) => person.fetch(`/api/conversations/${path}`, { method })
const list = async (person: Person) =>
  (await read<Page<ConversationItem>>(await person.fetch('/api/conversations?limit=100'))).items

describe('share links', () => {
  const open = (path: string) => fetch(`${goldfish.url}/api/shares/${path.replace('/s/', '')}`)
  const share = async (person: Person, id: string) => read<ShareLink>(await call(person, 'POST', `${id}/share`))

  test('a share link shows anyone a snapshot without personal data, and sharing again updates it', async () => {
    const id = await startChat(ada, 'What is a link?')
    const [answer] = await ada.messages(id)
    const made = await call(ada, 'POST', `${id}/share`)
    expect(made.status).toBe(201)
    const link = (await made.json()) as ShareLink
    expect(link.shareId).toMatch(/^[A-Za-z0-9_-]{24}$/)
    await ada.send({ conversationId: id }, 'And what came later?')
    const shown = await open(link.path)
    expect(shown.headers.get('cache-control')).toBe('private, no-store')
    expect(shown.headers.get('x-robots-tag')).toContain('noindex')
    const text = await shown.text()
    const shared = JSON.parse(text) as SharedConversation
    expect(shared.messages).toEqual([
      { role: 'user', text: 'What is a link?' },
      { role: 'assistant', text: answer?.parts.map((part) => ('text' in part ? part.text : '')).join('') },
    ])
    for (const secret of [ada.email, 'Ada', id, answer?.id ?? id]) expect(text).not.toContain(secret)
    expect((await read<ConversationItem>(await call(ada, 'GET', id))).shareId).toBe(link.shareId)
    const again = await call(ada, 'POST', `${id}/share`)
    expect(again.status).toBe(200)
    expect(((await again.json()) as ShareLink).shareId).toBe(link.shareId)
    expect((await read<SharedConversation>(await open(link.path))).messages).toHaveLength(4)
  })

  test('a share link stops working when it is revoked and while its conversation is deleted', async () => {
    const id = await startChat(ada, 'For a while only')
    const link = await share(ada, id)
    await call(ada, 'DELETE', id)
    expect((await open(link.path)).status).toBe(404)
    await call(ada, 'POST', `${id}/restore`)
    expect((await open(link.path)).status).toBe(200)
    expect((await call(ada, 'DELETE', `${id}/share`)).status).toBe(204)
    expect((await call(ada, 'DELETE', `${id}/share`)).status).toBe(204)
    expect((await open(link.path)).status).toBe(404)
    const renewed = await share(ada, id)
    expect(renewed.shareId).not.toBe(link.shareId)
    expect((await read<ConversationItem>(await call(ada, 'GET', id))).shareId).toBe(renewed.shareId)
  })

  test('a share link has a public page, which shows an error after the link is revoked', async () => {
    const id = await startChat(ada, 'Show me <b>this</b>')
    const link = await share(ada, id)
    const page = await fetch(`${goldfish.url}${link.path}`)
    const html = await page.text()
    expect(page.status).toBe(200)
    expect(html).toContain('Show me &lt;b&gt;this&lt;/b&gt;')
    expect(html).toMatch(/<meta name="robots" content="noindex, nofollow"/)
    expect(page.headers.get('cache-control')).toContain('no-store')
    expect(html).not.toContain(ada.email)
    await call(ada, 'DELETE', `${id}/share`)
    for (const path of [link.path, '/s/x', `/s/${'x'.repeat(24)}`])
      expect(await (await fetch(`${goldfish.url}${path}`)).text()).toContain('Link not available')
  })

  test('only the owner can create and revoke a share link, and it is deleted with the account', async () => {
    const id = await startChat(ada, 'Mine alone')
    const link = await share(ada, id)
    for (const [method, path] of [
      ['POST', `${id}/share`],
      ['DELETE', `${id}/share`],
      ['POST', `${v7()}/share`],
    ] as const)
      expect((await call(eve, method, path)).status).toBe(404)
    expect((await open(link.path)).status).toBe(200)
    for (const path of ['x', 'x'.repeat(24), `${link.shareId}x`, '%00']) expect((await open(path)).status).toBe(404)
    await goldfish.sql(`delete from "user" where email = $1`, [eve.email])
    eve = await signUp(goldfish.url)
    const left = await goldfish.sql('select 1 from shared_conversation where user_id not in (select id from "user")')
    expect(left).toEqual([])
  })
})

const importFile = (person: Person, body: BodyInit, type = 'application/json') =>
  person.fetch('/api/conversations/import', { method: 'POST', headers: { 'content-type': type }, body })
const report = async (person: Person, value: unknown) =>
  read<ImportReport>(await importFile(person, typeof value === 'string' ? value : JSON.stringify(value)))

describe('exports', () => {
  test('an export of one conversation has all branches, and another account can import it unchanged', async () => {
    const id = await startChat(ada, 'Where to?')
    const [first] = await ada.messages(id)
    await ada.send({ conversationId: id }, 'Left')
    await ada.send({ conversationId: id, parentId: first?.id ?? null }, 'Right')
    const response = await call(ada, 'GET', `${id}/export`)
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Where to.json"; filename*=UTF-8''Where%20to.json`,
    )
    const file = await read<GoldfishExport>(response)
    expect(file).toMatchObject({ goldfish: 1, conversations: [{ id, title: 'Where to?' }] })
    expect(Object.keys(file)[0]).toBe('goldfish')
    expect(file.conversations[0]?.messages).toHaveLength(6)

    const bob = await signUp(goldfish.url)
    expect(await report(bob, file)).toEqual({ imported: 1, skipped: 0, failed: [], failedCount: 0 })
    const shown = async (person: Person) =>
      (await person.messages(id)).map(({ parts, role, siblings, status }) => ({ parts, role, siblings, status }))
    expect(await shown(bob)).toEqual(await shown(ada))
    expect(await report(bob, file)).toEqual({ imported: 0, skipped: 1, failed: [], failedCount: 0 })
    expect(await list(bob)).toHaveLength(1)
    // The imported conversation must accept new turns and must be found by a search.
    expect((await bob.send({ conversationId: id }, 'And on?')).status).toBe(200)
    const found = async () => (await bob.fetch('/api/conversations?q=left')).json()
    await expect.poll(found).toMatchObject({ items: [{ id }] })
    const again = await read<GoldfishExport>(await call(bob, 'GET', `${id}/export`))
    const plain = ({ conversations: [one] }: GoldfishExport) =>
      one?.messages.slice(0, 6).map(({ usage: _, costUsd: __, ...message }) => message)
    expect(plain(again)).toEqual(plain(file))
  })

  test('a Markdown export has the active branch and a file name that is valid on every system', async () => {
    const id = await startChat(ada, 'A “naïve” 東京/../question?')
    const response = await call(ada, 'GET', `${id}/export?format=markdown`)
    expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    const disposition = response.headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(/^attachment; filename="[A-Za-z0-9._ -]+\.md"; filename\*=UTF-8''[A-Za-z0-9%._~-]+$/)
    expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')).toBe('A “naïve” 東京 .. question.md')
    const text = await response.text()
    expect(text).toMatch(/^# A “naïve” 東京\/\.\.\/question\?\n\n## You\n\nA “naïve”.*\n\n## Goldfish\n\n\w+/s)
  })

  test('a full export has the account, the preferences and every conversation of the user, and no others', async () => {
    const bob = await signUp(goldfish.url)
    const canary = `numbat${v7().slice(-6)}`
    await startChat(ada, canary)
    const ids = [await startChat(bob, 'One'), await startChat(bob, 'Two', 'Three')]
    const text = await (await bob.fetch('/api/conversations/export')).text()
    const file = JSON.parse(text) as GoldfishExport
    expect(file.account).toEqual({ name: 'Ada', email: bob.email })
    expect(file.preferences).toMatchObject({ theme: 'system' })
    expect(file.conversations.map(({ id }) => id)).toEqual(ids)
    expect(file.conversations.map(({ messages }) => messages.length)).toEqual([2, 4])
    expect(text).not.toContain(canary)
    expect(text).not.toMatch(/password|token"/i)
  })

  test('an export of an unknown conversation returns 404, and an unknown format returns 400', async () => {
    const id = await startChat(ada, 'Mine')
    expect((await call(eve, 'GET', `${id}/export`)).status).toBe(404)
    expect((await call(eve, 'GET', `${v7()}/export`)).status).toBe(404)
    expect((await call(ada, 'GET', `${id}/export?format=pdf`)).status).toBe(400)
  })
})

describe('imports', () => {
  const text = (value: string) => [{ type: 'text', text: value }]
  const small = (title: string) => {
    const [question, answer] = [v7(), v7()]
    return {
      id: v7(),
      title,
      messages: [
        { id: question, parentId: null, role: 'user', parts: text(`${title}?`) },
        { id: answer, parentId: question, role: 'assistant', parts: text(`${title}!`) },
      ],
    }
  }

  test('an import of a ChatGPT export has all branches and shows the active one', async () => {
    const bob = await signUp(goldfish.url)
    const node = (id: string, parent: string | null, role: string, content: string) => ({
      id,
      parent,
      children: [],
      message: { author: { role }, content: { content_type: 'text', parts: [content] }, create_time: 1_700_000_000 },
    })
    const conversation = {
      title: 'From elsewhere',
      create_time: 1_700_000_000,
      update_time: 1_700_000_100,
      conversation_id: v7(),
      current_node: 'a2',
      mapping: {
        s: node('s', null, 'system', 'You are'),
        q: node('q', 's', 'user', 'Hello?'),
        a1: node('a1', 'q', 'assistant', 'Hi'),
        a2: node('a2', 'q', 'assistant', 'Hello!'),
      },
    }
    expect(await report(bob, [conversation, conversation])).toMatchObject({ imported: 1, skipped: 1, failedCount: 0 })
    expect(await list(bob)).toMatchObject([{ title: 'From elsewhere', updatedAt: '2023-11-14T22:15:00.000Z' }])
    const shown = await bob.messages(conversation.conversation_id)
    expect(shown.map(({ parts }) => parts.map((part) => ('text' in part ? part.text : '')).join())).toEqual([
      'Hello!',
      'Hello?',
    ])
    expect(shown[0]?.siblings).toHaveLength(2)
  })

  test('an import stores valid conversations completely and reports the others', async () => {
    const bob = await signUp(goldfish.url)
    const good = [small('First'), small('Last')]
    const broken = small('Broken')
    const [question] = broken.messages
    const file = [good[0], { ...broken, messages: [question, { ...question, id: v7(), parentId: v7() }] }, 7, good[1]]
    const result = await report(bob, file)
    expect(result).toMatchObject({ imported: 2, skipped: 0, failedCount: 2 })
    expect(result.failed.map(({ index, title }) => [index, title])).toEqual([
      [1, 'Broken'],
      [2, undefined],
    ])
    const rows = await goldfish.sql('select 1 from message where conversation_id = $1', [broken.id])
    expect(rows).toEqual([])
    const truncated = JSON.stringify([small('Whole'), small('Cut')]).slice(0, -40)
    expect(await report(bob, truncated)).toMatchObject({ imported: 1, failedCount: 1, failed: [{ index: 1 }] })
    expect((await list(bob)).map(({ title }) => title).toSorted()).toEqual(['First', 'Last', 'Whole'])
  })

  test('an import assigns new ids if the ids are taken, and does not change existing conversations', async () => {
    const bob = await signUp(goldfish.url)
    const one = small('Taken')
    expect((await report(bob, [one])).imported).toBe(1)
    expect((await report(ada, [{ ...one, title: 'Ada’s' }])).imported).toBe(1)
    expect((await report(bob, [{ ...one, id: v7(), title: 'Same messages' }])).imported).toBe(1)
    await call(bob, 'DELETE', one.id)
    expect((await report(bob, [one])).imported).toBe(1)
    await call(bob, 'POST', `${one.id}/restore`)
    expect((await list(bob)).map(({ title }) => title).toSorted()).toEqual(['Same messages', 'Taken', 'Taken'])
    expect((await list(ada)).filter(({ id }) => id === one.id)).toMatchObject([{ title: 'Ada’s' }])
  })

  test('an import ignores the owner, the temporary state and a future time in a file', async () => {
    const bob = await signUp(goldfish.url)
    const one = { ...small('Mine'), userId: 'x', temporary: true, deletedAt: 'x', updatedAt: '2999-01-01T00:00:00Z' }
    expect((await report(bob, [one])).imported).toBe(1)
    const [seen] = await list(bob)
    expect(seen).toMatchObject({ title: 'Mine', temporary: false })
    expect(new Date(seen?.updatedAt ?? 0).getFullYear()).toBeLessThan(2990)
  })

  test('a chat of 10,000 messages can be imported and exported, and a longer one is reported as failed', async () => {
    const bob = await signUp(goldfish.url)
    const chain = (length: number) => {
      const ids = Array.from({ length }, () => v7())
      const messages = ids.map((id, index) => ({
        id,
        parentId: ids[index - 1] ?? null,
        role: index % 2 ? 'assistant' : 'user',
        parts: text(`Message ${index} of a long conversation about goldfish and their habits`),
      }))
      return { id: v7(), title: `Long ${length}`, messages }
    }
    const long = chain(10_000)
    expect(await report(bob, [long, chain(10_001)])).toMatchObject({ imported: 1, failedCount: 1 })
    const file = await read<GoldfishExport>(await call(bob, 'GET', `${long.id}/export`))
    expect(file.conversations[0]?.messages).toHaveLength(10_000)
    expect((await bob.messages(long.id))[0]?.seq).toBe(10_000)
  })

  test.each([
    ['an empty body', '', 400, 'invalid_request'],
    ['truncated JSON', '[{"id":', 400, 'invalid_request'],
    ['an object without conversations', '{"goldfish":1}', 400, 'invalid_request'],
    ['text that is not JSON', 'hello', 400, 'invalid_request'],
    ['bytes that are not UTF-8', new Uint8Array([0x5b, 0xff, 0x5d]), 400, 'invalid_request'],
  ])('an import of %s is rejected', async (_, body, status, code) => {
    const response = await importFile(ada, body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })

  test('imports of other types or over 50 MiB are rejected, and deeply nested JSON is reported as failed', async () => {
    expect((await importFile(ada, '[]', 'text/plain')).status).toBe(415)
    const large = await importFile(ada, new Uint8Array(50 * 1024 * 1024 + 1).fill(0x20))
    expect(large.status).toBe(413)
    const deep = `[${'['.repeat(10_000)}${']'.repeat(10_000)}]`
    expect(await report(ada, deep)).toMatchObject({ imported: 0, failedCount: 1 })
    expect((await fetch(`${goldfish.url}/api/health/live`)).status).toBe(200)
  })
})
