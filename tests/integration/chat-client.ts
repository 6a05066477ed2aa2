import { v7 } from 'uuid'
import type { ChatRequest, MessageItem, Page, Problem } from '@/lib/contract/api'
import type { CacheNotice, TurnError, TurnMetadata } from '@/lib/contract/ui-message'

type Chunk = { type: string; [field: string]: unknown }

/** What came back from a send: the answer's stream taken apart, or the problem. */
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

/** Somebody with an account, talking to the app over HTTP as another client would. */
export type Person = {
  email: string
  cookie: string
  bearer: string
  fetch: (path: string, init?: RequestInit) => Promise<Response>
  send: (request: Partial<ChatRequest> & { conversationId: string }, text?: string) => Promise<Sent>
  messages: (conversationId: string) => Promise<MessageItem[]>
}

/** Signs somebody up at `url` and hands back what they can do there. Each gets an e-mail of their own. */
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

/** One after the other: a password takes a fifth of a second of a core to hash, and many at once wait for each other. */
export async function signUpMany(url: string, count: number): Promise<Person[]> {
  const people: Person[] = []
  while (people.length < count) people.push(await signUp(url))
  return people
}

/** The same person at another address, e.g. straight at one instance. `origin` stays that of the site. */
export function personAt(url: string, who: { email: string; cookie: string; bearer: string }, origin = url): Person {
  const fetchAs: Person['fetch'] = (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('cookie') && !headers.has('authorization')) headers.set('cookie', who.cookie)
    if (!headers.has('origin')) headers.set('origin', origin)
    return fetch(`${url}${path}`, { ...init, headers })
  }
  return {
    ...who,
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
      if (!response.ok) throw new Error(`messages: ${response.status}`)
      return ((await response.json()) as Page<MessageItem>).items
    },
  }
}

export function userMessage(text: string) {
  return { id: v7(), role: 'user' as const, parts: [{ type: 'text' as const, text }] }
}

/** Reads a whole answer. */
export async function readAnswer(response: Response): Promise<Sent> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const body = await response.text()
  const chunks = isStream ? chunksOf(body) : []
  const find = (type: string) => chunks.find((chunk) => chunk.type === type)
  // What came before is not the answer.
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

function chunksOf(body: string): Chunk[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice('data: '.length)) as Chunk)
}
