import { expect, type Page } from '@playwright/test'
import { ownOrigin } from './make-chat'

/** Returns the directive that makes the stub call a tool (tests/model-stub/tool-calls.mjs). */
export const calls = (name: string, input: object = {}) => `[stub:tool=${name} ${JSON.stringify(input)}]`

/** Creates a todo through the API and returns its id. */
export async function makeTodo(page: Page, title: string): Promise<string> {
  const created = await page.request.post('/api/todos', { data: { title }, headers: ownOrigin() })
  expect(created.status()).toBe(201)
  return ((await created.json()) as { id: string }).id
}

/** Returns the titles of all todos, newest first. Completed ones are marked with ✓. */
export async function todoTitles(page: Page): Promise<string[]> {
  const { items } = (await (await page.request.get('/api/todos')).json()) as {
    items: { title: string; done: boolean }[]
  }
  return items.map(({ title, done }) => (done ? `✓ ${title}` : title))
}
