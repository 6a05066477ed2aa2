/**
 * The browser client of `/api/auth/*`. It uses fetch directly, because better-auth's own client would be the largest
 * script on the sign-in page. The session is in a cookie that scripts cannot read. `message` is the English text of
 * the server; `useErrorMessage` translates the code.
 */
export type AuthFailure = { code: string; message: string; retryAfterSeconds?: number }
export type AuthResult<Value> = { ok: true; value: Value } | { ok: false; failure: AuthFailure }

/** Whether an error is about the new password, so that it must be shown below that field. */
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
  // better-auth uses codes in upper case, our own problem details in lower case.
  const code = typeof body.code === 'string' ? body.code.toUpperCase() : `HTTP_${response.status}`
  const own = [body.detail, body.message, body.title].find((text) => typeof text === 'string' && text !== '')
  const message = typeof own === 'string' ? own : `The server responded with status ${response.status}.`
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
    return { ok: false, failure: { code: 'NETWORK', message: 'Can’t reach Goldfish.' } }
  }
}

export const signIn = (fields: { email: string; password: string }) => callAuth<unknown>('sign-in/email', fields)

/** `token` is null if the address must be confirmed first. Then a mail was sent, and no session exists yet. */
export const signUp = (fields: { name: string; email: string; password: string }) =>
  callAuth<{ token: string | null }>('sign-up/email', fields)

/** Sends the link again. The response is the same whether or not an unconfirmed account exists. */
export const sendVerificationEmail = (fields: { email: string }) => callAuth<unknown>('send-verification-email', fields)

/** Confirms the address with the mailed token and the password of the account, and signs in. */
export const verifyEmail = (fields: { token: string; password: string }) => callAuth<unknown>('verify-email', fields)

export const signOut = () => callAuth<unknown>('sign-out', {})

/**
 * Requests a reset link. The response is the same for known and unknown addresses. Fails with
 * `RESET_PASSWORD_DISABLED` if the server cannot send mail.
 */
export const requestPasswordReset = (fields: { email: string }) =>
  callAuth<unknown>('request-password-reset', { ...fields, redirectTo: '/reset-password' })

export const resetPassword = (fields: { newPassword: string; token: string }) =>
  callAuth<unknown>('reset-password', fields)

export const listSessions = () => callAuth<AuthSession[]>('list-sessions')

export const getSession = () => callAuth<{ session: AuthSession } | null>('get-session')

export const revokeSession = (fields: { token: string }) => callAuth<unknown>('revoke-session', fields)

export const revokeOtherSessions = () => callAuth<unknown>('revoke-other-sessions', {})

/** Changes the password. The server ends all other sessions and gives this browser a new one. */
export const changePassword = (fields: { currentPassword: string; newPassword: string }) =>
  callAuth<unknown>('change-password', fields)

export const deleteUser = (fields: { password: string }) => callAuth<unknown>('delete-user', fields)
