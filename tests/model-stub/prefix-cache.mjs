import { createHash } from 'node:crypto'

const tokensPerBlock = 64
const charactersPerToken = 4
const mostBlocks = 200_000

/**
 * What providers do with a prompt they have seen the beginning of: whole blocks of it, from the front, as long as they
 * are the same, count as cached. Tokens are four characters.
 */
export function createPrefixCache() {
  /** @type {Set<string>} */
  const seen = new Set()
  return {
    /**
     * Tokens of the prompt that had been seen, all of which have from now on.
     * @param {import('./chat-request.mjs').ChatRequest} request
     */
    cachedTokens(request) {
      const prompt = serialize(request)
      const size = tokensPerBlock * charactersPerToken
      let key = request.model
      let cached = 0
      let unbroken = true
      for (let start = 0; start + size <= prompt.length; start += size) {
        key = createHash('sha1')
          .update(key)
          .update(prompt.slice(start, start + size))
          .digest('base64')
        unbroken &&= seen.has(key)
        if (unbroken) cached += tokensPerBlock
        seen.add(key)
      }
      if (seen.size > mostBlocks) seen.clear()
      return cached
    },
    clear: () => seen.clear(),
  }
}

/** @param {import('./chat-request.mjs').ChatRequest} request */
export const promptTokens = (request) => Math.ceil(serialize(request).length / charactersPerToken)

/** One message after the other, so that a longer conversation begins with the shorter one's characters. */
/** @param {import('./chat-request.mjs').ChatRequest} request */
const serialize = ({ messages }) => messages.map((message) => JSON.stringify(message)).join('\n')
