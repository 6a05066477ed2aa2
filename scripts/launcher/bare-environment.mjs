/**
 * For the servers that we start: nothing of our own environment (it holds keys), and one language in their logs,
 * because we look for a few words in them.
 * @param {Record<string, string>} [extra]
 */
export function bareEnvironment(extra = {}) {
  return /** @type {NodeJS.ProcessEnv} */ (
    /** @type {Record<string, string | undefined>} */ ({ PATH: process.env.PATH, LC_ALL: 'C', ...extra })
  )
}
