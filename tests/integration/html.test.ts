/** The HTML that the server draws is HTML, on every page. */
import { HtmlValidate } from 'html-validate'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { offlinePage } from '@/lib/i18n/offline-worker'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  // How React writes what it writes, which means the same to every browser: `<br/>`, `hidden=""`, `maxLength`.
  rules: {
    'void-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'attr-case': 'off',
    // Ids of `useId` begin with an underscore, which HTML allows.
    'valid-id': ['error', { relaxed: true }],
  },
})

let goldfish: Goldfish
let ada: Person
let chat: string
let shared: string
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
  const id = v7()
  const text =
    '[stub:text=A **bold** list:\n\n- [x] one\n\n| a | b |\n|--|--:|\n| 1 | \\(x^2\\) |\n\n```js\nlet a = 1\n```\n\n> said]'
  expect((await ada.send({ conversationId: id }, text)).status).toBe(200)
  chat = `/c/${id}`
  const made = await ada.fetch(`/api/conversations/${id}/share`, { method: 'POST' })
  shared = ((await made.json()) as { path: string }).path
})
afterAll(() => goldfish?.stop())

/** Every complaint as one line. */
async function complaints(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html)
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} at ${selector}`),
  )
}

const outside: Record<string, () => string> = {
  'sign-in': () => '/sign-in',
  'sign-up': () => '/sign-up',
  'forgotten password': () => '/forgot-password',
  'new password': () => '/reset-password?token=x',
  'confirm an address': () => '/verify-email?token=x',
  goodbye: () => '/sign-in?goodbye',
  'shared link': () => shared,
  'dead link': () => `/s/${'x'.repeat(24)}`,
  'not found': () => '/nothing-here',
}
const inside: Record<string, () => string> = {
  'new chat': () => '/',
  chat: () => chat,
  preferences: () => '/preferences',
}

test.each(Object.keys(outside))('%s, for a stranger', async (name) => {
  const response = await fetch(`${goldfish.url}${outside[name]?.()}`, { headers: { 'accept-language': 'en' } })
  expect([200, 404]).toContain(response.status)
  expect(await complaints(await response.text())).toEqual([])
})

test.each(Object.keys(inside))('%s, for somebody signed in', async (name) => {
  const html = await (await ada.fetch(inside[name]?.() ?? '')).text()
  expect(html).toContain('Ada')
  expect(await complaints(html)).toEqual([])
})

test.each(['en', 'de', 'ar'] as const)('the page without a network, in %s', async (language) => {
  expect(await complaints(offlinePage(language).html)).toEqual([])
})

test('a fault is found', async () => {
  const html = await (await fetch(`${goldfish.url}/sign-in`)).text()
  expect(await complaints(html.replace('<h1', '<button><button></button></button><h1'))).not.toEqual([])
})
