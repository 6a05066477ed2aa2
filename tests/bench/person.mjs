import { randomUUID } from 'node:crypto'

/**
 * Signs up a user and returns the headers of a signed-in request.
 * @param {string} url
 */
export async function signUp(url) {
  const origin = url.replace('127.0.0.1', 'localhost')
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({
      name: 'Bench',
      email: `${randomUUID()}@example.com`,
      password: 'correct horse battery staple',
    }),
  })
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return { 'content-type': 'application/json', cookie, origin }
}

/**
 * Returns the request of the next turn of a conversation. Without `text`, the question is unique.
 * @param {Record<string, string>} headers
 * @param {string} conversationId
 * @param {string} [text]
 */
export function turn(headers, conversationId, text) {
  const id = randomUUID()
  const message = { id, role: 'user', parts: [{ type: 'text', text: text ?? `Question ${id}` }] }
  return { path: '/api/chat', headers, body: JSON.stringify({ conversationId, message }) }
}
