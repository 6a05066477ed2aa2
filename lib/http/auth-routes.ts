import { z } from 'zod'
import { AppError } from '@/lib/errors'

/**
 * The endpoints of better-auth that clients may call, with the input that each accepts. better-auth has more
 * endpoints and fields, but some of them respond to bad input with a 500, and no page or documented client uses them.
 */
export type AuthRoute = {
  /** The path for the log. It must not contain client input. */
  path: string
  method: 'GET' | 'POST'
  query: z.ZodType<Record<string, unknown>>
  /** Null if the endpoint takes no body. */
  body: z.ZodType<Record<string, unknown> | undefined> | null
  /** The rate limits that apply (lib/http/limit-auth.ts). */
  limit: 'sign-in' | 'sign-up' | 'mail' | 'password' | 'other'
  /** `fresh`: the session must have begun within the last day. Null: the endpoint needs no session. */
  session: 'required' | 'fresh' | null
  /** Whether success begins a session. Programs read its bearer token from `set-auth-token`. */
  beginsSession: boolean
}

const text = z.string()
/** Longer than every URL and token that the product creates. */
const shortText = z.string().max(2048)
const nothing = z.strictObject({})
const noBody = nothing.optional()
const secondsPerYear = 365 * 24 * 60 * 60
const keyChange = Object.freeze({
  name: text.optional(),
  expiresIn: z.int().min(1).max(secondsPerYear).nullable().optional(),
})

type Options = Partial<Omit<AuthRoute, 'path' | 'method' | 'body'>>

const route = (method: AuthRoute['method'], path: string, body: AuthRoute['body'], more: Options = {}): AuthRoute =>
  Object.freeze({ path, method, body, query: nothing, limit: 'other', session: null, beginsSession: false, ...more })

const get = (path: string, more?: Options) => route('GET', path, null, more)
const post = (path: string, body: AuthRoute['body'], more?: Options) => route('POST', path, body, more)

const routes: readonly AuthRoute[] = Object.freeze([
  post(
    '/sign-up/email',
    z.strictObject({ name: text, email: text, password: text, callbackURL: shortText.optional() }),
    {
      limit: 'sign-up',
      beginsSession: true,
    },
  ),
  post('/sign-in/email', z.strictObject({ email: text, password: text, callbackURL: shortText.optional() }), {
    limit: 'sign-in',
    beginsSession: true,
  }),
  post('/sign-out', noBody),
  get('/get-session', { session: 'required' }),
  get('/list-sessions', { session: 'required' }),
  post('/revoke-session', z.strictObject({ token: shortText }), { session: 'required' }),
  post('/revoke-other-sessions', noBody, { session: 'required' }),
  post(
    '/change-password',
    z.strictObject({ currentPassword: text, newPassword: text, revokeOtherSessions: z.boolean().optional() }),
    { limit: 'password', session: 'required', beginsSession: true },
  ),
  post('/delete-user', z.strictObject({ password: text.optional() }), { limit: 'password', session: 'required' }),
  post('/request-password-reset', z.strictObject({ email: text, redirectTo: shortText.optional() }), { limit: 'mail' }),
  get('/reset-password/{token}', { query: z.strictObject({ callbackURL: shortText }) }),
  post('/reset-password', z.strictObject({ newPassword: text, token: shortText })),
  // A person who has the token could guess the password, so the sign-in limits must apply.
  post('/verify-email', z.strictObject({ token: shortText, password: text }), {
    limit: 'sign-in',
    beginsSession: true,
  }),
  post('/send-verification-email', z.strictObject({ email: text, callbackURL: shortText.optional() }), {
    limit: 'mail',
  }),
  post('/api-key/create', z.strictObject(keyChange), { session: 'fresh' }),
  post('/api-key/update', z.strictObject({ keyId: shortText, enabled: z.boolean().optional(), ...keyChange }), {
    session: 'fresh',
  }),
  post('/api-key/delete', z.strictObject({ keyId: shortText }), { session: 'required' }),
  get('/api-key/get', { session: 'required', query: z.strictObject({ id: shortText }) }),
  get('/api-key/list', { session: 'required' }),
])

/**
 * Returns the route of a request. The path must match exactly. Throws `not_found`, or `method_not_allowed` if only
 * other methods of the path exist. HEAD is rejected too, so that a mail scanner cannot use up a link.
 */
export function findAuthRoute(method: string, pathname: string): AuthRoute {
  const path = pathname
    .replace(/^\/api\/auth(?=\/)/, '')
    .replace(/^\/reset-password\/[A-Za-z0-9_-]{1,128}$/, '/reset-password/{token}')
  const found = routes.filter((one) => one.path === path)
  const route = found.find((one) => one.method === method)
  if (route) return route
  if (found.length === 0 || pathname.includes('{')) throw new AppError('not_found')
  throw new AppError('method_not_allowed', { headers: { allow: found.map((one) => one.method).join(', ') } })
}
