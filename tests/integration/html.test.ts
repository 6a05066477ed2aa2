/** Validates the HTML that the server renders for every page. */
import { HtmlValidate } from 'html-validate'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { offlinePage } from '@/lib/i18n/offline-worker'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  // React writes `<br/>`, `hidden=""` and `maxLength`, which browsers parse like the forms that these rules require.
  rules: {
    'void-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'attr-case': 'off',
    // React's `useId` creates ids that begin with an underscore, which HTML allows.
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

/** Returns each validation error as one line. */
async function findErrors(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html)
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} at ${selector}`),
  )
}

const publicPages: Record<string, () => string> = {
  'sign-in': () => '/sign-in',
  'sign-up': () => '/sign-up',
  'forgotten password': () => '/forgot-password',
  'password reset': () => '/reset-password?token=x',
  'address verification': () => '/verify-email?token=x',
  'goodbye after account deletion': () => '/sign-in?goodbye',
  share: () => shared,
  'unknown share': () => `/s/${'x'.repeat(24)}`,
  'not found': () => '/nothing-here',
}
const privatePages: Record<string, () => string> = {
  'new chat': () => '/',
  chat: () => chat,
  preferences: () => '/preferences',
}

test.each(Object.keys(publicPages))('the page "%s" is valid HTML for anonymous visitors', async (name) => {
  const response = await fetch(`${goldfish.url}${publicPages[name]?.()}`, { headers: { 'accept-language': 'en' } })
  expect([200, 404]).toContain(response.status)
  expect(await findErrors(await response.text())).toEqual([])
})

test.each(Object.keys(privatePages))('the page "%s" is valid HTML for signed-in users', async (name) => {
  const html = await (await ada.fetch(privatePages[name]?.() ?? '')).text()
  expect(html).toContain('Ada')
  expect(await findErrors(html)).toEqual([])
})

test.each(['en', 'de', 'ar'] as const)('the offline page in the language %s is valid HTML', async (language) => {
  expect(await findErrors(offlinePage(language).html)).toEqual([])
})

test('the validator finds an error in an invalid page', async () => {
  const html = await (await fetch(`${goldfish.url}/sign-in`)).text()
  expect(await findErrors(html.replace('<h1', '<button><button></button></button><h1'))).not.toEqual([])
})
