/**
 * The page's side of `/api/auth/*`. Plain fetch instead of better-auth's own client, which would be the largest thing
 * on the sign-in page. Same origin, JSON, the session travels in a cookie that no script can read.
 */
export type AuthFailure = { code: string; message: string }
export type AuthResult<Value> = { ok: true; value: Value } | { ok: false; failure: AuthFailure }

export type AuthSession = {
  id: string
  token: string
  createdAt: string
  userAgent?: string | null
  ipAddress?: string | null
}

/** What a person can do about it; better-auth's own sentences only name the fault. */
const sentences: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: 'E-mail and password do not match. Check both, or reset your password.',
  INVALID_EMAIL: 'This does not look like an e-mail address.',
  PASSWORD_TOO_SHORT: 'The password needs at least 12 characters.',
  PASSWORD_TOO_LONG: 'The password may have at most 128 characters.',
  USER_ALREADY_EXISTS: 'There is an account with this e-mail already. Sign in instead.',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'There is an account with this e-mail already. Sign in instead.',
  PASSWORD_TOO_COMMON: 'This password is among the most common ones. Please choose another.',
  INVALID_TOKEN: 'This link is used up or too old. Ask for a new one.',
  RESET_PASSWORD_DISABLED: 'This server sends no mail.',
  NETWORK: 'Goldfish cannot be reached. Check your connection and try again.',
}

const readObject = async (response: Response): Promise<Record<string, unknown>> => {
  const body: unknown = await response.json().catch(() => null)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

async function readFailure(response: Response): Promise<AuthFailure> {
  const body = await readObject(response)
  // better-auth writes its codes in capitals, our own problem+json in small letters.
  const code = typeof body.code === 'string' ? body.code.toUpperCase() : `HTTP_${response.status}`
  if (response.status === 429) {
    const seconds = Number(response.headers.get('retry-after') ?? response.headers.get('x-retry-after'))
    const when = seconds > 0 ? `in ${Math.ceil(seconds)} seconds` : 'in a minute'
    return { code: 'RATE_LIMITED', message: `Too many tries. Please try again ${when}.` }
  }
  const own = [body.detail, body.message, body.title].find((text) => typeof text === 'string' && text !== '')
  const fallback = typeof own === 'string' ? own : 'Something went wrong on our side. Please try again.'
  return { code, message: sentences[code] ?? fallback }
}

async function callAuth<Value>(path: string, body?: object): Promise<AuthResult<Value>> {
  try {
    const init: RequestInit =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`/api/auth/${path}`, { ...init, cache: 'no-store' })
    if (!response.ok) return { ok: false, failure: await readFailure(response) }
    return { ok: true, value: (await response.json()) as Value }
  } catch {
    return { ok: false, failure: { code: 'NETWORK', message: sentences.NETWORK ?? '' } }
  }
}

export const signIn = (fields: { email: string; password: string }) => callAuth<unknown>('sign-in/email', fields)

export const signUp = (fields: { name: string; email: string; password: string }) =>
  callAuth<unknown>('sign-up/email', fields)

export const signOut = () => callAuth<unknown>('sign-out', {})

/** Answers the same whether the address is known or not. `RESET_PASSWORD_DISABLED`: the server has no mail. */
export const requestPasswordReset = (fields: { email: string }) =>
  callAuth<unknown>('request-password-reset', { ...fields, redirectTo: '/reset-password' })

export const resetPassword = (fields: { newPassword: string; token: string }) =>
  callAuth<unknown>('reset-password', fields)

export const listSessions = () => callAuth<AuthSession[]>('list-sessions')

export const getSession = () => callAuth<{ session: AuthSession } | null>('get-session')

export const revokeSession = (fields: { token: string }) => callAuth<unknown>('revoke-session', fields)

export const revokeOtherSessions = () => callAuth<unknown>('revoke-other-sessions', {})

/** The server ends all other sessions with it, and gives this browser a new one. */
export const changePassword = (fields: { currentPassword: string; newPassword: string }) =>
  callAuth<unknown>('change-password', fields)

export const deleteUser = (fields: { password: string }) => callAuth<unknown>('delete-user', fields)
