import { parseJson } from './chat-request.mjs'

/** The newest calls are kept, as many as this and as much of their bodies as this. */
const mostCalls = 5000
const mostCharacters = 64 * 1024 * 1024

/**
 * One call as the stub saw it. Times are milliseconds since 1970.
 *
 * @typedef {object} LoggedCall
 * @property {number} id counts from 1 since the last reset
 * @property {string} model
 * @property {boolean} stream
 * @property {string} body the request's body, byte for byte, for comparing prefixes
 * @property {string | null} authorization the header as it came
 * @property {number} startedAt
 * @property {number | null} endedAt null while it is being answered
 * @property {number | null} status null where nothing was answered
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
    /** Begins an entry; the caller writes into it as the call goes on. @param {Pick<LoggedCall, 'model' | 'stream' | 'body' | 'authorization'>} call */
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
      while (calls.length > mostCalls || (characters > mostCharacters && calls.length > 1)) {
        characters -= calls.shift()?.body.length ?? 0
      }
      return entry
    },
    /**
     * The kept calls whose body holds this text, oldest first, each with its messages parsed.
     * @param {string} [containing]
     * @returns {ReadCall[]}
     */
    read: (containing = '') =>
      calls.filter(({ body }) => body.includes(containing)).map((call) => ({ ...call, messages: messagesOf(call) })),
    /** How many there have been since the last reset, kept or not. */
    total: () => total,
    clear() {
      calls = []
      characters = 0
      total = 0
    },
  }
}

/** The body was read before it came here; one for embeddings has none. @param {LoggedCall} call */
function messagesOf(call) {
  const { messages = [] } = /** @type {{ messages?: ReadCall['messages'] }} */ (parseJson(call.body))
  return messages
}
