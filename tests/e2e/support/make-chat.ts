import { expect, type Page } from '@playwright/test'
import { runningGoldfish } from './running-goldfish'

/** What a write with a cookie needs. */
export const ownOrigin = () => ({ origin: runningGoldfish().url })

/** A conversation of the person who is signed in, made by the API, with an answer and a title; gives its id. */
export async function makeChat(page: Page, title: string, question = `[stub:tokens=3] ${title}`): Promise<string> {
  const id = crypto.randomUUID()
  const message = { id: crypto.randomUUID(), role: 'user', parts: [{ type: 'text', text: question }] }
  const headers = ownOrigin()
  const sent = await page.request.post('/api/chat', { data: { conversationId: id, message }, headers })
  expect(sent.ok()).toBe(true)
  const named = await page.request.patch(`/api/conversations/${id}`, { data: { title }, headers })
  expect(named.ok()).toBe(true)
  return id
}
