/**
 * What the stub reads of a request; whatever else a client sends is as good as not sent.
 *
 * @typedef {object} ChatRequest
 * @property {string} model
 * @property {unknown[]} messages
 * @property {boolean} stream
 * @property {boolean} includeUsage
 * @property {number | null} maxTokens
 * @property {boolean} offersTools it may call tools
 * @property {string} question text of the last user message, or nothing
 */

/**
 * Reads a body. Returns a sentence instead if it is not a chat request.
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
 * The question that a title is wanted for, in one line; null for any other request.
 * @param {ChatRequest} request
 */
export function questionToTitle({ messages, question }) {
  const instructions = textOf(messages.find((message) => isRecord(message) && message.role === 'system'))
  if (!instructions.startsWith('Write a title for this exchange')) return null
  const asked = question.match(/^<question>\n([\s\S]*)\n<\/question>\n<answer>/)?.[1] ?? ''
  return asked.replace(/\s+/g, ' ').trim()
}

/** @param {string} text @returns {unknown} */
export function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    // Also when the nesting is deeper than the stack.
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
