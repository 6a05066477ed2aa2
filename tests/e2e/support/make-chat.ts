import { expect, type Page } from '@playwright/test'
import { runningGoldfish } from './running-goldfish'

/** The header that a write with a session cookie must have. */
export const ownOrigin = () => ({ origin: runningGoldfish().url })

/** Creates a conversation with an answer and a title through the API. Returns its id. */
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
