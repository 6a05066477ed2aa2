import { createHash } from 'node:crypto'

const tokensPerBlock = 64
const charactersPerToken = 4
const maxBlocks = 200_000

/**
 * Simulates the prefix cache of a provider: the leading whole blocks of a prompt that are known from earlier prompts
 * count as cached. A token is four characters.
 */
export function createPrefixCache() {
  /** @type {Set<string>} */
  const seen = new Set()
  return {
    /**
     * Returns the number of cached tokens of the prompt, and adds the prompt to the cache.
     * @param {import('./chat-request.mjs').ChatRequest} request
     */
    cachedTokens(request) {
      const prompt = serialize(request)
      const size = tokensPerBlock * charactersPerToken
      let key = request.model
      let cached = 0
      let isPrefix = true
      for (let start = 0; start + size <= prompt.length; start += size) {
        key = createHash('sha1')
          .update(key)
          .update(prompt.slice(start, start + size))
          .digest('base64')
        isPrefix &&= seen.has(key)
        if (isPrefix) cached += tokensPerBlock
        seen.add(key)
      }
      if (seen.size > maxBlocks) seen.clear()
      return cached
    },
    clear: () => seen.clear(),
  }
}

/** @param {import('./chat-request.mjs').ChatRequest} request */
export const promptTokens = (request) => Math.ceil(serialize(request).length / charactersPerToken)

/**
 * Joins the messages, so that the text of a longer conversation begins with the text of the shorter one.
 * @param {import('./chat-request.mjs').ChatRequest} request
 */
const serialize = ({ messages }) => messages.map((message) => JSON.stringify(message)).join('\n')
