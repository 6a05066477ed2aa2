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

/** The header in which our own route hands better-auth the client's address; whatever a client sends in it is dropped. */
export const clientAddressHeader = 'x-goldfish-client'

/**
 * better-auth over our database: sessions are rows, looked up on every request and nowhere else. No cookie cache (a
 * revoked session would live on in it), no secondary storage (sessions would leave Postgres), no counters of its own.
 * If mail is configured, an account can be used only after its address is verified
 * (docs/decisions/0030-confirmed-addresses.md).
 * @param stores.waitUntil runs work after the response has been sent
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
    // What a query threw comes out as it is, for our own exit of errors. By itself it is an empty 500, and printed whole,
    // with the query's parameters.
    onAPIError: { throw: true },
    // Not by age: the library would show nobody their own sessions a day after signing in. What needs a password asks for it.
    session: { expiresIn: 7 * day, updateAge: day, freshAge: 0, cookieCache: { enabled: false } },
    user: {
      // All that is theirs goes with them, by the foreign keys; what Redis still holds is sealed under their own key, and ends.
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
    // Limits are taken in front of it (lib/http/handle-auth): from the one table of lib/rate-limit, by the body's account as
    // well as by network, with the headers and the problem that every route answers. Its own limiter knows none of that.
    rateLimit: { enabled: false },
    // Whoever signs out leaves no answers behind: what the user's own cache holds is not found any more.
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
            message: 'An account is deleted with its password.',
          })
        // Whoever changes a password may do so because somebody else knows it.
        if (path === '/change-password') return { context: { body: { ...body, revokeOtherSessions: true } } }
        // The name of an account or of an API key.
        if (body?.name !== undefined) return { context: { body: { ...body, name: requireName(body.name) } } }
        return undefined
      }),
    },
    advanced: {
      database: { joins: true },
      ipAddress: { ipAddressHeaders: [clientAddressHeader], ipv6Subnet: 64 },
      // `__Host-` says to the browser what `__Secure-` does not: no Domain, Path=/. better-auth only knows the latter.
      useSecureCookies: false,
      cookiePrefix: secure ? '__Host-better-auth' : 'better-auth',
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
    },
    plugins: [bearerPlugin, apiKeys(stores.db), credentialPlugin(stores.db, mail, bearerPlugin)],
  })
}

/**
 * Keys of other programs, as `/api/auth/api-key/*` has them. A key is made by somebody who is signed in and is no session:
 * what it may do is looked up by ourselves (`find-key`), by scopes that no client can set here. The library counts ten
 * requests a day unless told not to.
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
      // Checked here because the owner is known here. `keepWithinMaxKeys` counts again for concurrent requests.
      defaultPermissions: async (userId) => {
        await requireRoomForKey(db, userId as UserId)
        return permissionsOf(keyScopes)
      },
    },
  })

export type Auth = ReturnType<typeof createAuth>

/** The name of the session cookie, for the read that goes beside better-auth's own. */
export function sessionCookieName(env: Environment): string {
  return `${env.BETTER_AUTH_URL.startsWith('https://') ? '__Host-better-auth' : 'better-auth'}.session_token`
}

/** Throws `invalid_request` for a name that is not one visible line. */
function requireName(text: unknown): string {
  const parsed = oneLineName.safeParse(text)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_request', {
    fields: parsed.error.issues.map(({ message }) => ({ path: 'name', message })),
  })
}
