/** All routes of the API, each with a valid request. A test fails if a route is missing here. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { type Person, userMessage } from '@/tests/integration/chat-client'

export const cronSecret = 'a-secret-for-the-scheduler'

export type RouteCall = {
  /** `GET /api/conversations/[conversationId]` */
  route: string
  /** The status of the route while Postgres is unavailable. */
  withoutPostgres: 200 | 404 | 503
  send: (person: Person) => Promise<Response>
}

const json = { 'content-type': 'application/json' }

function call(route: string, request: RequestInit & { path?: string } = {}, withoutPostgres: 200 | 404 | 503 = 503) {
  const [method = '', pattern = ''] = route.split(' ')
  const { path = pattern.replace(/\[(conversation|message|todo|key)Id\]/, v7()), ...init } = request
  return { route, withoutPostgres, send: (person: Person) => person.fetch(path, { method, ...init }) }
}

/** A call with a bearer token, for routes that do not accept a cookie. */
const bearerCall = (route: string, request: { body?: string; headers?: Record<string, string> } = {}): RouteCall => ({
  route,
  withoutPostgres: 503,
  send: (person) =>
    call(route, { ...request, headers: { ...request.headers, authorization: `Bearer ${person.bearer}` } }).send(person),
})

const post = (body: unknown, path?: string) => ({ body: JSON.stringify(body), headers: json, ...(path && { path }) })

const password = 'correct horse battery staple'
const auth = (name: string) => `/api/auth/${name}`

/** Returns calls with new ids each time, so that none of them is a repetition that the server has stored. */
export function callsOfAllRoutes(): RouteCall[] {
  return [
    call('GET /api/auth/[...all]', { path: auth('get-session') }),
    call('GET /api/auth/[...all]', { path: auth('list-sessions') }),
    call('POST /api/auth/[...all]', post({ email: 'ada@example.com', password }, auth('sign-in/email'))),
    call('POST /api/auth/[...all]', post({ name: 'A', email: `${v7()}@example.com`, password }, auth('sign-up/email'))),
    call('POST /api/auth/[...all]', post({}, auth('sign-out'))),
    call('POST /api/chat', post({ conversationId: v7(), message: userMessage('Are you there?') })),
    call(
      'POST /api/chat/[conversationId]/approvals/[toolCallId]',
      post({ approved: true }, `/api/chat/${v7()}/approvals/call_1`),
    ),
    call('GET /api/chat/[conversationId]/stream'),
    call('POST /api/chat/[conversationId]/stop'),
    call('GET /api/conversations'),
    call('GET /api/conversations', { path: '/api/conversations?q=something' }),
    call('DELETE /api/conversations'),
    call('GET /api/conversations/export'),
    call('POST /api/conversations/import', { body: `[{"id":"${v7()}","messages":[]}]`, headers: json }),
    call('GET /api/conversations/[conversationId]/export'),
    call('POST /api/conversations/[conversationId]/share'),
    call('DELETE /api/conversations/[conversationId]/share'),
    call('GET /api/shares/[shareId]', { path: `/api/shares/${'x'.repeat(24)}` }),
    call('POST /api/conversations/restore', { body: '{}', headers: json }),
    call('GET /api/conversations/[conversationId]'),
    call('PATCH /api/conversations/[conversationId]', { body: '{"pinned":true}', headers: json }),
    call('DELETE /api/conversations/[conversationId]'),
    call('GET /api/conversations/[conversationId]/messages'),
    call('POST /api/conversations/[conversationId]/restore'),
    call('GET /api/cron/sweep', { headers: { authorization: `Bearer ${cronSecret}` } }),
    call('GET /api/keys'),
    call('POST /api/keys', post({ name: 'A program', scopes: ['chat'], expiresInDays: 30 })),
    call('DELETE /api/keys/[keyId]'),
    call('PUT /api/messages/[messageId]/feedback', { body: '{"helpful":false}', headers: json }),
    bearerCall('POST /api/mcp', {
      ...post({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
      headers: { ...json, accept: 'application/json, text/event-stream' },
    }),
    call('GET /api/models'),
    call('GET /api/preferences'),
    call('PATCH /api/preferences', { body: '{"theme":"dark"}', headers: json }),
    call('GET /api/todos'),
    call('POST /api/todos', post({ title: 'Find out' })),
    call('POST /api/todos', { ...post({ title: 'Find out once' }), headers: { ...json, 'idempotency-key': v7() } }),
    call('GET /api/todos/[todoId]'),
    call('PATCH /api/todos/[todoId]', { body: '{"done":true}', headers: json }),
    call('DELETE /api/todos/[todoId]'),
    call('GET /api/usage'),
    call('GET /api/health/live', {}, 200),
    call('GET /api/health/ready'),
    bearerCall(
      'POST /v1/chat/completions',
      post({ model: 'stub-model', messages: [{ role: 'user', content: 'Hello?' }] }),
    ),
    bearerCall('GET /v1/models'),
    call('GET /v1/[...path]', { path: '/v1/no/such/route' }, 404),
    call('GET /api/[...path]', { path: '/api/no/such/route' }, 404),
  ]
}

const root = join(import.meta.dirname, '..', '..')

/**
 * Returns the routes of the source code: `GET /api/…` for each method that a route file passes to `route` or exports.
 */
export function routesOfSource(): string[] {
  return globSync('app/{api,v1}/**/route.ts', { cwd: root }).flatMap((file) => {
    const path = `/${file.replace(/^app\//, '').replace(/\/route\.ts$/, '')}`
    const source = readFileSync(join(root, file), 'utf8')
    const named = [...source.matchAll(/\b(GET|POST|PUT|PATCH|DELETE): /g)].map(([, method]) => method)
    // The catch-all route exports its handlers without `route`.
    return (named.length > 0 ? named : ['GET']).map((method) => `${method} ${path}`)
  })
}
