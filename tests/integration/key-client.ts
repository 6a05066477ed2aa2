import type { ApiKeyRequest, MadeApiKey } from '@/lib/contract/api'
import type { Person } from './chat-client'

/** Creates an API key without an expiry date for a signed-in user. Throws if the request fails. */
export async function makeKey(
  person: Person,
  scopes: ApiKeyRequest['scopes'],
  more: Partial<ApiKeyRequest> = {},
): Promise<MadeApiKey> {
  const response = await postKey(person, { name: 'A program', scopes, expiresInDays: null, ...more })
  if (response.status !== 201) throw new Error(`cannot create a key: ${response.status} ${await response.text()}`)
  return (await response.json()) as MadeApiKey
}

export const postKey = (person: Person, body: unknown) =>
  person.fetch('/api/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Returns a `fetch` that sends requests with the key and without a cookie or an Origin, as a program does. */
export const keyFetch =
  (url: string, key: string) =>
  (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('x-api-key', key)
    return fetch(`${url}${path}`, { ...init, headers })
  }
