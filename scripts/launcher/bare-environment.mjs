/**
 * Returns the environment of servers that the launcher starts. It must not contain our own environment, which holds
 * keys. The locale is fixed because the launcher searches their logs for English words.
 * @param {Record<string, string>} [extra]
 */
export function bareEnvironment(extra = {}) {
  return /** @type {NodeJS.ProcessEnv} */ (
    /** @type {Record<string, string | undefined>} */ ({ PATH: process.env.PATH, LC_ALL: 'C', ...extra })
  )
}
