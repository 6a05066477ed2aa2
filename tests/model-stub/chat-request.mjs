/**
 * The fields of a request that the stub reads. All others are ignored.
 *
 * @typedef {object} ChatRequest
 * @property {string} model
 * @property {unknown[]} messages
 * @property {boolean} stream
 * @property {boolean} includeUsage
 * @property {number | null} maxTokens
 * @property {boolean} offersTools whether the stub may call tools
 * @property {string} question the text of the last user message, or empty
 */

/**
 * Parses a chat request. Returns an error message if it is invalid.
 * @param {string} body
 * @returns {ChatRequest | string}
 */
export function readChatRequest(body) {
  const value = parseJson(body)
  if (!isRecord(value)) return 'the body is not a JSON object'
  if (!Array.isArray(value.messages)) return '`messages` is not an array'
  const limit = value.max_completion_tokens ?? value.max_tokens
  const options = value.stream_options
  return {
    model: typeof value.model === 'string' ? value.model.slice(0, 200) : 'stub-model',
    messages: value.messages,
    stream: value.stream === true,
    includeUsage: isRecord(options) && options.include_usage === true,
    maxTokens: typeof limit === 'number' && Number.isInteger(limit) && limit > 0 ? limit : null,
    offersTools: Array.isArray(value.tools) && value.tools.length > 0 && value.tool_choice !== 'none',
    question: textOf(value.messages.findLast((message) => isRecord(message) && message.role === 'user')),
  }
}

/**
 * Returns the question of a request for a title, in one line. Null for any other request.
 * @param {ChatRequest} request
 */
export function questionToTitle({ messages, question }) {
  const instructions = textOf(messages.find((message) => isRecord(message) && message.role === 'system'))
  if (!instructions.startsWith('Write a title for this exchange')) return null
  const quoted = question.match(/^<question>\n([\s\S]*)\n<\/question>\n<answer>/)?.[1] ?? ''
  return quoted.replace(/\s+/g, ' ').trim()
}

/** @param {string} text @returns {unknown} */
export function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    // The text is not JSON or is nested too deeply for the stack.
    return undefined
  }
}

/** @param {unknown} message @returns {string} */
function textOf(message) {
  if (!isRecord(message)) return ''
  if (typeof message.content === 'string') return message.content
  if (!Array.isArray(message.content)) return ''
  return message.content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('')
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
