/**
 * What the app is told: the person's own settings, and for what they left out the values of this installation.
 * @param {object} options
 * @param {Readonly<Record<string, string | undefined>>} options.env
 * @param {number} options.port the one that people open
 * @param {boolean} options.balanced a balancer of ours stands in front
 * @param {string} options.databaseUrl
 * @param {string | null} options.redisUrl
 * @param {Record<string, string>} options.defaults secrets and the model
 */
export function appEnvironment({ env, port, balanced, databaseUrl, redisUrl, defaults }) {
  const own = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  const origins = [...(env.TRUSTED_ORIGINS?.split(',') ?? []), ...own].map((origin) => origin.trim())
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
