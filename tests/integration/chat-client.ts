import { v7 } from 'uuid'
import type { ChatRequest, MessageItem, Page, Problem } from '@/lib/contract/api'
import type { CacheNotice, TurnError, TurnMetadata } from '@/lib/contract/ui-message'

type Chunk = { type: string; [field: string]: unknown }

/** The response to a sent message: the parsed stream of the answer, or the problem document. */
export type Sent = {
  status: number
  headers: Headers
  problem: Problem | null
  chunks: Chunk[]
  text: string
  cache: CacheNotice | null
  error: TurnError | null
  metadata: TurnMetadata | null
  messageId: string | null
}

/** A user with an account who calls the API over HTTP. */
export type Person = {
  email: string
  cookie: string
  bearer: string
  fetch: (path: string, init?: RequestInit) => Promise<Response>
  send: (request: Partial<ChatRequest> & { conversationId: string }, text?: string) => Promise<Sent>
  messages: (conversationId: string) => Promise<MessageItem[]>
}

/** Creates an account with a new email address at `url`. Throws if the sign-up fails. */
export async function signUp(url: string): Promise<Person> {
  const email = `${v7()}@example.com`
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name: 'Ada', email, password: 'correct horse battery staple' }),
  })
  if (!response.ok) throw new Error(`sign-up failed: ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const bearer = response.headers.get('set-auth-token') ?? ''
  return personAt(url, { email, cookie, bearer })
}

/**
 * Creates accounts one after the other. Hashing a password occupies a core for about 200 ms, so concurrent sign-ups
 * will only wait for each other.
 */
export async function signUpMany(url: string, count: number): Promise<Person[]> {
  const people: Person[] = []
  while (people.length < count) people.push(await signUp(url))
  return people
}

/**
 * Returns the same user for another URL, for example that of one instance. `origin` must be the URL of the site,
 * because the server compares the Origin of writes with it.
 */
export function personAt(
  url: string,
  credentials: { email: string; cookie: string; bearer: string },
  origin = url,
): Person {
  const fetchAs: Person['fetch'] = (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('cookie') && !headers.has('authorization')) headers.set('cookie', credentials.cookie)
    if (!headers.has('origin')) headers.set('origin', origin)
    return fetch(`${url}${path}`, { ...init, headers })
  }
  return {
    ...credentials,
    fetch: fetchAs,
    send: async (request, text) => {
      const message = text === undefined ? undefined : userMessage(text)
      const body = { ...(message && { message }), ...request }
      return readAnswer(
        await fetchAs('/api/chat', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      )
    },
    messages: async (conversationId) => {
      const response = await fetchAs(`/api/conversations/${conversationId}/messages?limit=100`)
      if (!response.ok) throw new Error(`cannot read the messages: ${response.status}`)
      return ((await response.json()) as Page<MessageItem>).items
    },
  }
}

export function userMessage(text: string) {
  return { id: v7(), role: 'user' as const, parts: [{ type: 'text' as const, text }] }
}

/** Reads a response to its end. A problem document is returned as `problem`, a stream in the other fields. */
export async function readAnswer(response: Response): Promise<Sent> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const body = await response.text()
  const chunks = isStream ? parseChunks(body) : []
  const find = (type: string) => chunks.find((chunk) => chunk.type === type)
  // A restart discards all text before it.
  const shown = chunks.slice(chunks.findLastIndex(({ type }) => type === 'data-restart') + 1)
  const metadata = chunks.findLast((chunk) => chunk.messageMetadata !== undefined)?.messageMetadata
  return {
    status: response.status,
    headers: response.headers,
    problem: isStream || body === '' ? null : (JSON.parse(body) as Problem),
    chunks,
    text: shown.flatMap((chunk) => (chunk.type === 'text-delta' ? [String(chunk.delta)] : [])).join(''),
    cache: (find('data-cache')?.data as CacheNotice | undefined) ?? null,
    error: (find('data-error')?.data as TurnError | undefined) ?? null,
    metadata: (metadata as TurnMetadata | undefined) ?? null,
    messageId: (find('start')?.messageId as string | undefined) ?? null,
  }
}

function parseChunks(body: string): Chunk[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice('data: '.length)) as Chunk)
}
