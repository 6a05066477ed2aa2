/**
 * The page's side of `/api/auth/*`. Plain fetch instead of better-auth's own client, which would be the largest thing
 * on the sign-in page. Same origin, JSON, the session travels in a cookie that no script can read.
 * A failure's `message` is the server's own English; `useErrorMessage` says its code in the reader's language.
 */
export type AuthFailure = { code: string; message: string; retryAfterSeconds?: number }
export type AuthResult<Value> = { ok: true; value: Value } | { ok: false; failure: AuthFailure }

/** Whether an error is about the chosen password, so that it is shown below that field. */
export const isAboutNewPassword = (code: string) => code.startsWith('PASSWORD_TOO_')

export type AuthSession = {
  id: string
  token: string
  createdAt: string
  userAgent?: string | null
  ipAddress?: string | null
}

const readObject = async (response: Response): Promise<Record<string, unknown>> => {
  const body: unknown = await response.json().catch(() => null)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

async function readFailure(response: Response): Promise<AuthFailure> {
  const body = await readObject(response)
  // better-auth writes its codes in capitals, our own problem+json in small letters.
  const code = typeof body.code === 'string' ? body.code.toUpperCase() : `HTTP_${response.status}`
  const own = [body.detail, body.message, body.title].find((text) => typeof text === 'string' && text !== '')
  const message = typeof own === 'string' ? own : `The server answered with status ${response.status}.`
  if (response.status !== 429) return { code, message }
  const seconds = Number(response.headers.get('retry-after') ?? response.headers.get('x-retry-after'))
  return { code: 'RATE_LIMITED', message, ...(seconds > 0 && { retryAfterSeconds: seconds }) }
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
    return { ok: false, failure: { code: 'NETWORK', message: 'Goldfish cannot be reached.' } }
  }
}

export const signIn = (fields: { email: string; password: string }) => callAuth<unknown>('sign-in/email', fields)

/** `token` is null if the address must be confirmed first: an email was sent and no session exists yet. */
export const signUp = (fields: { name: string; email: string; password: string }) =>
  callAuth<{ token: string | null }>('sign-up/email', fields)

/** Sends the link again. The response is the same whether or not an unconfirmed account exists. */
export const sendVerificationEmail = (fields: { email: string }) => callAuth<unknown>('send-verification-email', fields)

/** Confirms the address with the mailed token and the password of the account, and signs in. */
export const verifyEmail = (fields: { token: string; password: string }) => callAuth<unknown>('verify-email', fields)

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
