import { apiKey } from '@better-auth/api-key'
import { queueAfterTransactionHook } from '@better-auth/core/context'
import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { bearer } from 'better-auth/plugins'
import { eq, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import * as schema from '@/db/schema/auth'
import { keyScopes, maxNameLength } from '@/lib/contract/api'
import { oneLineName } from '@/lib/contract/name'
import type { Environment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import type { Log } from '@/lib/log'
import { createAccountMail } from './account-mail'
import { credentialPlugin, endCredentials } from './credential-plugin'
import { keyPrefix, keyStartLength, makeKey, permissionsOf } from './find-key'
import { requireRoomForKey } from './manage-keys'
import { refuseWeakPassword } from './password-weakness'

const day = 24 * 60 * 60

/**
 * The header in which our own route passes the client's address to better-auth. If a client sends
 * it, it must be dropped.
 */
export const clientAddressHeader = 'x-goldfish-client'

/**
 * Creates better-auth on our database. Sessions are rows that are read on every request. There is no cookie cache,
 * because it would keep a revoked session valid, no secondary storage, because sessions must stay in Postgres, and no
 * rate limiter of the library. If mail is configured, an account can be used only after its address was verified
 * (docs/decisions/0030-confirmed-addresses.md).
 * @param stores.waitUntil runs work after the response was sent
 */
export function createAuth(
  stores: { db: Database; log: Log; waitUntil: (work: () => Promise<void>) => void },
  env: Environment,
) {
  const mail = env.SMTP_URL
    ? createAccountMail(stores, { url: env.SMTP_URL, from: env.SMTP_FROM }, env.BETTER_AUTH_URL)
    : null
  const bearerPlugin = bearer({ requireSignature: true })
  const secure = env.BETTER_AUTH_URL.startsWith('https://')
  return betterAuth({
    appName: 'Goldfish',
    baseURL: env.BETTER_AUTH_URL,
    secret: env.BETTER_AUTH_SECRET,
    trustedOrigins: env.TRUSTED_ORIGINS,
    database: drizzleAdapter(stores.db, { provider: 'pg', schema, transaction: true }),
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Errors of queries are thrown, so that they reach our own error handling. By default better-auth responds with
    // an empty 500 and prints the error with the parameters of the query.
    onAPIError: { throw: true },
    // 0 disables the check by age: otherwise users could not list their own sessions a day after signing in. Actions
    // that need a recent sign-in check it themselves.
    session: { expiresIn: 7 * day, updateAge: day, freshAge: 0, cookieCache: { enabled: false } },
    user: {
      // The foreign keys delete all data of the user. Entries in Redis are encrypted with the user's own
      // key and will expire.
      deleteUser: { enabled: true },
      additionalFields: { cacheEpoch: { type: 'number', input: false, returned: false, defaultValue: 0 } },
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: async ({ user }, request) => {
        await endCredentials(user.id)
        await queueAfterTransactionHook(async () => mail?.passwordChanged(user, 'reset', request))
      },
      ...(mail && {
        requireEmailVerification: true,
        sendResetPassword: async ({ user, token }, request) => mail.resetLink(user, token, request),
        onExistingUserSignUp: async ({ user }, request) =>
          user.emailVerified ? mail.alreadyRegistered(user, request) : mail.verify(user, request),
      }),
    },
    ...(mail && {
      emailVerification: { sendVerificationEmail: async ({ user }, request) => mail.verify(user, request) },
    }),
    verification: { storeIdentifier: 'hashed' },
    // lib/http/limit-auth.ts applies the limits before better-auth is called: with the policies of lib/rate-limit, by
    // account as well as by network, and with the same headers and errors as all other routes.
    rateLimit: { enabled: false },
    // Signing out makes the entries of the user's own answer cache unreachable.
    databaseHooks: {
      session: {
        delete: {
          after: async ({ userId }) => {
            await stores.db
              .update(schema.user)
              .set({ cacheEpoch: sql`${schema.user.cacheEpoch} + 1` })
              .where(eq(schema.user.id, userId as UserId))
          },
        },
      },
    },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        const { path, body } = context
        await refuseWeakPassword(context)
        if (path === '/delete-user' && !body?.password)
          throw new APIError('BAD_REQUEST', {
            code: 'INVALID_PASSWORD',
            message: 'Enter the password of the account to delete it.',
          })
        // A user may change the password because another person knows it, so all other sessions must end.
        if (path === '/change-password') return { context: { body: { ...body, revokeOtherSessions: true } } }
        // Both accounts and API keys have a name.
        if (body?.name !== undefined) return { context: { body: { ...body, name: requireName(body.name) } } }
        return undefined
      }),
    },
    advanced: {
      database: { joins: true },
      ipAddress: { ipAddressHeaders: [clientAddressHeader], ipv6Subnet: 64 },
      // The prefix `__Host-` makes browsers reject the cookie with a Domain or with another Path than `/`.
      // better-auth only supports `__Secure-`, so the prefix is set here.
      useSecureCookies: false,
      cookiePrefix: secure ? '__Host-better-auth' : 'better-auth',
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
    },
    plugins: [bearerPlugin, apiKeys(stores.db), credentialPlugin(stores.db, mail, bearerPlugin)],
  })
}

/**
 * Configures the API keys under `/api/auth/api-key/*`. Only a signed-in user can create a key, and a key is not a
 * session. Its scopes are checked by lib/auth/find-key.ts, and clients of this route cannot set them. The rate limit
 * is disabled, because by default the library allows ten requests a day.
 */
const apiKeys = (db: Database) =>
  apiKey({
    apiKeyHeaders: 'x-api-key',
    enableSessionForAPIKeys: false,
    enableMetadata: false,
    rateLimit: { enabled: false },
    requireName: true,
    maximumNameLength: 2 * maxNameLength,
    defaultPrefix: keyPrefix,
    customKeyGenerator: makeKey,
    startingCharactersConfig: { charactersLength: keyStartLength },
    permissions: {
      // Checked here, because the owner is known. `keepWithinMaxKeys` counts again for concurrent requests.
      defaultPermissions: async (userId) => {
        await requireRoomForKey(db, userId as UserId)
        return permissionsOf(keyScopes)
      },
    },
  })

export type Auth = ReturnType<typeof createAuth>

/** Returns the name of the session cookie, for the read that runs in parallel with better-auth's own. */
export function sessionCookieName(env: Environment): string {
  return `${env.BETTER_AUTH_URL.startsWith('https://') ? '__Host-better-auth' : 'better-auth'}.session_token`
}

/** Returns a valid name. Throws `invalid_request` unless it is one visible line. */
function requireName(text: unknown): string {
  const parsed = oneLineName.safeParse(text)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_request', {
    fields: parsed.error.issues.map(({ message }) => ({ path: 'name', message })),
  })
}
