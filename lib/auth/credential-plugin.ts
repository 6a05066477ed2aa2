import {
  getCurrentAdapter,
  getCurrentAuthEndpointContext,
  queueAfterTransactionHook,
  runWithTransaction,
} from '@better-auth/core/context'
import type { AuthContext, BetterAuthPlugin, GenericEndpointContext } from 'better-auth'
import {
  APIError,
  changePassword,
  createAuthEndpoint,
  createAuthMiddleware,
  formCsrfMiddleware,
  getSessionFromCtx,
  isAPIError,
  resetPassword,
  signUpEmail,
} from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import type { bearer } from 'better-auth/plugins'
import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '@/db/connect'
import { account } from '@/db/schema/auth'
import type { UserId } from '@/lib/ids'
import type { AccountMail } from './account-mail'
import { findVerifyTokenOwner, redeemVerifyToken } from './email-token'

/** The routes for users without a confirmed address. If mail is configured, all others must reject such users. */
const publicPaths: readonly string[] = Object.freeze([
  '/sign-in/email',
  '/sign-up/email',
  '/sign-out',
  '/get-session',
  '/request-password-reset',
  '/reset-password',
  '/reset-password/:token',
  '/send-verification-email',
  '/verify-email',
])

const refusals = Object.freeze({
  notVerified: { code: 'EMAIL_NOT_VERIFIED', message: 'Confirm the email address of this account first.' },
  invalidToken: { code: 'INVALID_TOKEN', message: 'This link has expired or was already used.' },
  wrongPassword: { code: 'INVALID_PASSWORD', message: 'This is not the password of the account.' },
  wrongSignIn: { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' },
})

/**
 * Extends the password change, reset and sign-in of better-auth with the rules of
 * docs/decisions/0030-confirmed-addresses.md. `mail` is null if no mail is configured; then
 * addresses are not verified. `bearerPlugin` is needed because hooks do not receive the cookie to
 * which its own hook converts a bearer token.
 */
export function credentialPlugin(db: Database, mail: AccountMail | null, bearerPlugin: ReturnType<typeof bearer>) {
  const sessionOf = async (context: GenericEndpointContext) => {
    const input = { ...context, returnHeaders: false } as never
    const converted = await bearerPlugin.hooks.before[0]?.handler(input)
    return getSessionFromCtx({ ...context, ...converted?.context })
  }
  return {
    id: 'goldfish-credentials',
    endpoints: {
      signUpEmail: withEqualAnswers(signUpEmail()),
      resetPassword: inTransaction(resetPassword),
      changePassword: inTransaction(changePassword, async (result, request) => {
        await endEmailTokens(result.user.id)
        await queueAfterTransactionHook(async () => mail?.passwordChanged(result.user, 'change', request))
      }),
      // Replaces the GET endpoint of better-auth, with which a link scanner, or an owner of the address who did not
      // sign up, would confirm the address.
      verifyEmail: verifyEmail(db),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/revoke-sessions' || path === '/revoke-other-sessions',
          handler: createAuthMiddleware(async (context) => {
            const session = await sessionOf(context)
            if (session) await endEmailTokens(session.user.id)
          }),
        },
        {
          matcher: ({ path }) => mail !== null && path !== undefined && !publicPaths.includes(path),
          handler: createAuthMiddleware(async (context) => {
            const session = await sessionOf(context)
            if (session && !session.user.emailVerified) throw new APIError('FORBIDDEN', refusals.notVerified)
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => mail !== null && path === '/get-session',
          handler: createAuthMiddleware(async ({ context: { returned } }) =>
            isUnverified(returned) ? null : undefined,
          ),
        },
        {
          matcher: ({ path }) => path === '/sign-in/email',
          handler: createAuthMiddleware(async ({ body, context }) => {
            const session = context.newSession?.session
            if (!session || (await isStillPassword(db, session.userId, body.password, context.password.verify))) return
            await context.internalAdapter.deleteSession(session.token)
            throw new APIError('UNAUTHORIZED', refusals.wrongSignIn)
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin
}

/**
 * Revokes API keys and mailed tokens, which a person who knew the old password or registered the address
 * first may still have. Must run within the reset of better-auth, which ends the sessions. The update
 * comes first, because it locks the user: a key that is created at the same time is either deleted here or
 * finds its session gone (`createKey`).
 */
export async function endCredentials(userId: string): Promise<void> {
  const adapter = await currentAdapter()
  await adapter.update({
    model: 'user',
    where: [{ field: 'id', value: userId }],
    // The token was mailed to the address, so a reset also verifies it.
    update: { emailVerified: true },
  })
  await adapter.deleteMany({ model: 'apikey', where: [{ field: 'referenceId', value: userId }] })
  await endEmailTokens(userId)
}

async function endEmailTokens(userId: string): Promise<void> {
  const adapter = await currentAdapter()
  await adapter.deleteMany({ model: 'verification', where: [{ field: 'value', value: userId }] })
}

/** Returns the adapter of the current transaction, if there is one. */
const currentAdapter = () => getCurrentAdapter(getCurrentAuthEndpointContext().context.adapter)

type EndpointInput = { context: AuthContext; request?: Request; body: { password: string } }
type Endpoint<Result> = ((input: never) => Promise<Result>) & { path: string; options: object }

/** Replaces the handler of an endpoint with `around` and keeps its route and types. */
function wrap<Wrapped extends Endpoint<unknown>>(
  endpoint: Wrapped,
  around: (run: () => Promise<{ response: unknown }>, input: EndpointInput) => Promise<unknown>,
): Wrapped {
  // better-auth calls an endpoint with `returnHeaders`, so the result is in `response`.
  const run = (input: EndpointInput) => around(() => endpoint(input as never) as Promise<{ response: unknown }>, input)
  return Object.assign(run, { path: endpoint.path, options: endpoint.options }) as unknown as Wrapped
}

/**
 * Runs an endpoint in one transaction, so that a crash cannot leave a new password together with credentials that
 * should have been revoked. `andThen` runs within the transaction.
 */
function inTransaction<Wrapped extends Endpoint<unknown>>(
  endpoint: Wrapped,
  andThen?: (result: Awaited<ReturnType<Wrapped>>, request: Request | undefined) => Promise<void>,
): Wrapped {
  return wrap(endpoint, (run, { context, request }) =>
    runWithTransaction(context.adapter, async () => {
      const result = await run()
      await andThen?.(result.response as Awaited<ReturnType<Wrapped>>, request)
      return result
    }),
  )
}

/**
 * Wraps the sign-up so that a known address costs one password hash, like an unknown one. If two concurrent
 * sign-ups with one address collide on the unique index, the second one is retried, finds the account and
 * responds as for every known address.
 */
const withEqualAnswers = <Wrapped extends Endpoint<unknown>>(endpoint: Wrapped): Wrapped =>
  wrap(endpoint, async (run, { context, body }) => {
    try {
      return await run()
    } catch (error) {
      const code = isAPIError(error) ? error.body?.code : undefined
      if (code === 'FAILED_TO_CREATE_USER') return run()
      if (code === 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL') await context.password.hash(body.password)
      throw error
    }
  })

/**
 * Confirms an address with the mailed token and the password of the account, and signs in. The token alone must not
 * be enough: if a stranger signs up with the address of another person, that person would activate the account by
 * opening the link, and the stranger, who knows the password, could sign in.
 */
const verifyEmail = (db: Database) =>
  createAuthEndpoint(
    '/verify-email',
    {
      method: 'POST',
      use: [formCsrfMiddleware],
      body: z.object({ token: z.string().max(100), password: z.string().max(128) }),
    },
    async (context) => {
      const { token, password } = context.body
      const { internalAdapter, password: passwords } = context.context
      const userId = await findVerifyTokenOwner(db, token)
      const credential = userId && (await internalAdapter.findCredentialAccount(userId))
      if (!userId || !credential?.password) throw new APIError('BAD_REQUEST', refusals.invalidToken)
      if (!(await passwords.verify({ hash: credential.password, password })))
        throw new APIError('BAD_REQUEST', refusals.wrongPassword)
      if (!(await redeemVerifyToken(db, userId, token))) throw new APIError('BAD_REQUEST', refusals.invalidToken)
      const user = await internalAdapter.findUserById(userId)
      if (!user) throw new APIError('BAD_REQUEST', refusals.invalidToken)
      const session = await internalAdapter.createSession(user.id)
      await setSessionCookie(context, { session, user })
      return context.json({ token: session.token })
    },
  )

/**
 * Whether a password that was just verified is still the password of the account. Otherwise a session that is
 * created during a reset would survive it. Waits for a reset that has not committed yet. Only a password that was
 * changed recently is verified again.
 */
async function isStillPassword(
  db: Database,
  userId: string,
  password: string,
  verify: (candidate: { hash: string; password: string }) => Promise<boolean>,
): Promise<boolean> {
  const [row] = await db
    .select({
      hash: account.password,
      changedLately: sql<boolean>`${account.updatedAt} > now() - interval '5 minutes'`,
    })
    .from(account)
    .where(and(eq(account.userId, userId as UserId), eq(account.providerId, 'credential')))
    .for('share')
  if (!row?.hash) return false
  return !row.changedLately || verify({ hash: row.hash, password })
}

/** Whether the result of `/get-session` belongs to a user without a confirmed address. */
const isUnverified = (returned: unknown): boolean =>
  typeof returned === 'object' &&
  returned !== null &&
  'user' in returned &&
  typeof returned.user === 'object' &&
  returned.user !== null &&
  'emailVerified' in returned.user &&
  returned.user.emailVerified === false
