import type { GenericEndpointContext } from 'better-auth'
import { APIError, getSessionFromCtx } from 'better-auth/api'
import { findPasswordWeakness, type PasswordOwner, type PasswordWeakness } from './password-weakness'

const refusals: Readonly<Record<PasswordWeakness, { code: string; message: string }>> = Object.freeze({
  common: {
    code: 'PASSWORD_TOO_COMMON',
    message:
      'This password is on the list of the most common ones. Choose four unrelated words, or let a password manager generate one.',
  },
  personal: {
    code: 'PASSWORD_TOO_PERSONAL',
    message:
      'This password is mostly your name, your e-mail address or "goldfish". Choose four unrelated words, or let a password manager generate one.',
  },
  predictable: {
    code: 'PASSWORD_TOO_PREDICTABLE',
    message:
      'This password is easy to guess: it repeats itself, or follows a pattern. Choose four unrelated words, or let a password manager generate one.',
  },
})

/**
 * Rejects a weak password at sign-up, change and reset. better-auth checks lengths and has its own errors for them.
 * Throws better-auth's `APIError` with one of the codes above.
 */
export async function refuseWeakPassword(context: GenericEndpointContext): Promise<void> {
  const { path, body } = context
  const chosen: unknown = path === '/sign-up/email' ? body?.password : body?.newPassword
  if (typeof chosen !== 'string' || chosen.length < context.context.password.config.minPasswordLength) return
  const weakness = await findPasswordWeakness(chosen, await findOwner(context))
  if (weakness) throw new APIError('BAD_REQUEST', refusals[weakness])
}

/** The account whose password is chosen. Empty if the request names no existing account. */
async function findOwner(context: GenericEndpointContext): Promise<PasswordOwner> {
  const { path, body } = context
  if (path === '/sign-up/email') return { email: textOf(body?.email), name: textOf(body?.name) }
  if (path === '/change-password') return (await getSessionFromCtx(context))?.user ?? {}
  const token = textOf(body?.token)
  if (path !== '/reset-password' || token === undefined) return {}
  const { internalAdapter } = context.context
  const verification = await internalAdapter.findVerificationValue(`reset-password:${token}`)
  return (verification && (await internalAdapter.findUserById(verification.value))) ?? {}
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
