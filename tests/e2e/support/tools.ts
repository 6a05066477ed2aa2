import { expect, type Page } from '@playwright/test'
import { ownOrigin } from './make-chat'

/** What the stub calls when it reads this in a message (tests/model-stub/tool-calls.mjs). */
export const calls = (name: string, input: object = {}) => `[stub:tool=${name} ${JSON.stringify(input)}]`

/** A todo of the person who is signed in, made by the API; gives its id. */
export async function makeTodo(page: Page, title: string): Promise<string> {
  const made = await page.request.post('/api/todos', { data: { title }, headers: ownOrigin() })
  expect(made.status()).toBe(201)
  return ((await made.json()) as { id: string }).id
}

/** The titles on the list, newest first, those that are done with a tick. */
export async function todoTitles(page: Page): Promise<string[]> {
  const { items } = (await (await page.request.get('/api/todos')).json()) as {
    items: { title: string; done: boolean }[]
  }
  return items.map(({ title, done }) => (done ? `✓ ${title}` : title))
}
