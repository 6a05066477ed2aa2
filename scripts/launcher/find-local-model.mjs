/** Default ports of model servers that serve the OpenAI-compatible API under /v1. */
const servers = [
  { name: 'Ollama', port: 11_434 },
  { name: 'LM Studio', port: 1_234 },
  { name: 'llama.cpp', port: 8_080 },
]

/**
 * Finds a model server on this machine and returns its first chat model, or null if there is none.
 * @param {ReadonlyArray<{ name: string, port: number }>} [candidates]
 * @param {{ timeoutMs?: number }} [options] The timeout applies to all servers together and must stay short, because
 *   the start waits for it
 * @returns {Promise<{ name: string, baseUrl: string, model: string } | null>}
 */
export async function findLocalModel(candidates = servers, { timeoutMs = 300 } = {}) {
  const found = await Promise.all(
    candidates.map(async ({ name, port }) => {
      const baseUrl = `http://127.0.0.1:${port}/v1`
      const model = await firstChatModel(baseUrl, timeoutMs)
      return model === null ? null : { name, baseUrl, model }
    }),
  )
  return found.find((server) => server !== null) ?? null
}

/** @returns {Promise<string | null>} */
async function firstChatModel(/** @type {string} */ baseUrl, /** @type {number} */ timeoutMs) {
  try {
    const response = await fetch(`${baseUrl}/models`, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    const list = response.ok ? await response.json() : null
    // Any program may listen on port 8080, so only a response in the format of OpenAI's model list is accepted.
    if (list?.object !== 'list' || !Array.isArray(list.data)) return null
    const ids = list.data.map((/** @type {{ id?: unknown } | null} */ model) => model?.id)
    return (
      ids.find((/** @type {unknown} */ id) => typeof id === 'string' && id !== '' && !/embed|bge-|rerank/i.test(id)) ??
      null
    )
  } catch {
    return null
  }
}
