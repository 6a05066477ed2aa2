/**
 * Returns the environment of the app: the user's own settings, completed by the defaults of this installation.
 * @param {object} options
 * @param {Readonly<Record<string, string | undefined>>} options.env
 * @param {number} options.port The port that users open
 * @param {boolean} options.balanced Whether requests pass through the launcher's own balancer
 * @param {string} options.databaseUrl
 * @param {string | null} options.redisUrl
 * @param {Record<string, string>} options.defaults Generated secrets and the chosen model
 */
export function appEnvironment({ env, port, balanced, databaseUrl, redisUrl, defaults }) {
  const ownOrigins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  const origins = [...(env.TRUSTED_ORIGINS?.split(',') ?? []), ...ownOrigins].map((origin) => origin.trim())
  // An empty setting means "not set", as in lib/env.ts.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  return {
    BETTER_AUTH_URL: `http://localhost:${port}`,
    ...defaults,
    ...given,
    DATABASE_URL: databaseUrl,
    ...(redisUrl && { REDIS_URL: redisUrl }),
    TRUSTED_ORIGINS: [...new Set(origins)].filter(Boolean).join(','),
    TRUSTED_PROXY_HOPS: String(Number(env.TRUSTED_PROXY_HOPS || 0) + (balanced ? 1 : 0)),
    NEXT_TELEMETRY_DISABLED: '1',
  }
}
