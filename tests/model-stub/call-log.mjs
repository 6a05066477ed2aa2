import { parseJson } from './chat-request.mjs'

/** Only the newest calls are kept, up to this number and this total size of their bodies. */
const maxCalls = 5000
const maxCharacters = 64 * 1024 * 1024

/**
 * A call that the stub has received. Times are milliseconds since 1970.
 *
 * @typedef {object} LoggedCall
 * @property {number} id counts from 1 since the last reset
 * @property {string} model
 * @property {boolean} stream
 * @property {string} body the unchanged body of the request
 * @property {string | null} authorization the unchanged header
 * @property {number} startedAt
 * @property {number | null} endedAt null until the response has ended
 * @property {number | null} status null if no response was sent
 * @property {boolean} clientAborted the client closed the connection before the answer was complete
 * @property {number} tokensSent
 * @property {number} promptTokens
 * @property {number} cachedTokens
 */

/** @typedef {LoggedCall & { messages: { role: string, content: unknown }[] }} ReadCall */

export function createCallLog() {
  /** @type {LoggedCall[]} */
  let calls = []
  let characters = 0
  let total = 0
  return {
    /**
     * Adds an entry, which the caller must update during the call.
     * @param {Pick<LoggedCall, 'model' | 'stream' | 'body' | 'authorization'>} call
     */
    open(call) {
      total += 1
      /** @type {LoggedCall} */
      const entry = {
        id: total,
        ...call,
        startedAt: Date.now(),
        endedAt: null,
        status: null,
        clientAborted: false,
        tokensSent: 0,
        promptTokens: 0,
        cachedTokens: 0,
      }
      calls.push(entry)
      characters += entry.body.length
      while (calls.length > maxCalls || (characters > maxCharacters && calls.length > 1)) {
        characters -= calls.shift()?.body.length ?? 0
      }
      return entry
    },
    /**
     * Returns the kept calls whose body contains this text, oldest first, with their parsed messages.
     * @param {string} [containing]
     * @returns {ReadCall[]}
     */
    read: (containing = '') =>
      calls.filter(({ body }) => body.includes(containing)).map((call) => ({ ...call, messages: messagesOf(call) })),
    /** Returns the number of calls since the last reset, including those that are no longer kept. */
    total: () => total,
    clear() {
      calls = []
      characters = 0
      total = 0
    },
  }
}

/**
 * Returns the messages of a call. The body is valid JSON. A request for embeddings has no messages.
 * @param {LoggedCall} call
 */
function messagesOf(call) {
  const { messages = [] } = /** @type {{ messages?: ReadCall['messages'] }} */ (parseJson(call.body))
  return messages
}
