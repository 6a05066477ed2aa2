import { setTimeout as pause } from 'node:timers/promises'
import { errorBody } from './answer-chat.mjs'
import { readDirectives } from './behavior.mjs'
import { parseJson } from './chat-request.mjs'
import { defaultDimensions, embedWords, maxDimensions } from './embed-words.mjs'
import { sendJson } from './send-json.mjs'
import { maxSilenceMs } from './stream-answer.mjs'

/**
 * Answers one request for embeddings. Scripted rules and directives are matched against the texts. The requests have
 * their own log, because tests that count model calls must count only answers.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} body
 * @param {{ embeddingLog: ReturnType<typeof import('./call-log.mjs').createCallLog>,
 *   script: ReturnType<typeof import('./script.mjs').createScript> }} stub
 */
export async function answerEmbeddings(request, response, body, stub) {
  const parsed = readEmbeddingRequest(body)
  if (typeof parsed === 'string') return sendJson(response, 400, errorBody(parsed, 'invalid_request_error'))
  const { model, texts, dimensions } = parsed
  const question = texts.join('\n')
  const behavior = stub.script.next(question) ?? readDirectives(question)
  const entry = stub.embeddingLog.open({
    model,
    stream: false,
    body,
    authorization: request.headers.authorization ?? null,
  })
  const gone = new AbortController()
  response.once('close', () => {
    entry.endedAt = Date.now()
    entry.status = response.headersSent ? response.statusCode : null
    entry.clientAborted = !response.writableFinished
    gone.abort()
  })
  if (behavior.hang) return pause(maxSilenceMs, undefined, { signal: gone.signal })
  if (behavior.ttftMs) await pause(behavior.ttftMs, undefined, { signal: gone.signal })
  if (behavior.status) {
    const { status, retryAfterSeconds: seconds } = behavior
    const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
    return sendJson(
      response,
      status,
      errorBody(`the stub responds with ${status} as requested`, 'server_error'),
      headers,
    )
  }
  entry.promptTokens = question.split(/\s+/).length
  const length = behavior.short ? dimensions - 1 : dimensions
  const vectorOf = (/** @type {string} */ text) =>
    behavior.zero ? new Array(length).fill(0) : embedWords(text, length)
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
  const usage = { prompt_tokens: entry.promptTokens, total_tokens: entry.promptTokens }
  if (behavior.nan) return sendNaN(response)
  sendJson(response, 200, { object: 'list', model, data, usage })
}

/**
 * Sends NaN as Python's `json.dumps` writes it, which is not valid JSON.
 * @param {import('node:http').ServerResponse} response
 */
function sendNaN(response) {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"object":"list","data":[{"object":"embedding","index":0,"embedding":[NaN,NaN]}]}')
}

/**
 * Parses a request for embeddings. Returns an error message if it is invalid.
 * @param {string} body
 * @returns {{ model: string, texts: string[], dimensions: number } | string}
 */
function readEmbeddingRequest(body) {
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null) return 'the body is not a JSON object'
  const { model, input, dimensions = defaultDimensions } = /** @type {Record<string, unknown>} */ (value)
  const texts = Array.isArray(input) ? input : [input]
  if (texts.length === 0 || texts.length > 2048 || !texts.every((text) => typeof text === 'string'))
    return '`input` is not a text or an array of texts'
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 2 || dimensions > maxDimensions)
    return '`dimensions` is not a whole number from 2 to 1024'
  return { model: typeof model === 'string' ? model.slice(0, 200) : 'stub-embeddings', texts, dimensions }
}
