import { setTimeout as pause } from 'node:timers/promises'
import { errorBody } from './answer-chat.mjs'
import { readDirectives } from './behaviour.mjs'
import { parseJson } from './chat-request.mjs'
import { embedWords, mostDimensions, usualDimensions } from './embed-words.mjs'
import { sendJson } from './send-json.mjs'
import { longestSilenceMs } from './stream-answer.mjs'

/**
 * Answers one call for embeddings. Scripted rules and directives are looked for in the texts, as those of a chat in its
 * question. Its calls have a log of their own: whoever counts model calls means answers.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} body
 * @param {{ embeddingLog: ReturnType<typeof import('./call-log.mjs').createCallLog>,
 *   script: ReturnType<typeof import('./script.mjs').createScript> }} stub
 */
export async function answerEmbeddings(request, response, body, stub) {
  const wanted = readEmbeddingRequest(body)
  if (typeof wanted === 'string') return sendJson(response, 400, errorBody(wanted, 'invalid_request_error'))
  const { model, texts, dimensions } = wanted
  const question = texts.join('\n')
  const behaviour = stub.script.take(question) ?? readDirectives(question)
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
  if (behaviour.hang) return pause(longestSilenceMs, undefined, { signal: gone.signal })
  if (behaviour.ttftMs) await pause(behaviour.ttftMs, undefined, { signal: gone.signal })
  if (behaviour.status) {
    const { status, retryAfterSeconds: seconds } = behaviour
    const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
    return sendJson(response, status, errorBody(`the stub was told to answer ${status}`, 'server_error'), headers)
  }
  entry.promptTokens = question.split(/\s+/).length
  const length = behaviour.short ? dimensions - 1 : dimensions
  const vectorOf = (/** @type {string} */ text) =>
    behaviour.zero ? new Array(length).fill(0) : embedWords(text, length)
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
  const usage = { prompt_tokens: entry.promptTokens, total_tokens: entry.promptTokens }
  if (behaviour.nan) return sendNaN(response)
  sendJson(response, 200, { object: 'list', model, data, usage })
}

/** What Python's `json.dumps` makes of it, which is not JSON. @param {import('node:http').ServerResponse} response */
function sendNaN(response) {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"object":"list","data":[{"object":"embedding","index":0,"embedding":[NaN,NaN]}]}')
}

/**
 * Returns a sentence instead if it is no request for embeddings.
 * @param {string} body
 * @returns {{ model: string, texts: string[], dimensions: number } | string}
 */
function readEmbeddingRequest(body) {
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null) return 'the body is not a JSON object'
  const { model, input, dimensions = usualDimensions } = /** @type {Record<string, unknown>} */ (value)
  const texts = Array.isArray(input) ? input : [input]
  if (texts.length === 0 || texts.length > 2048 || !texts.every((text) => typeof text === 'string'))
    return '`input` is not a text or an array of texts'
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 2 || dimensions > mostDimensions)
    return '`dimensions` is not a whole number from 2 to 1024'
  return { model: typeof model === 'string' ? model.slice(0, 200) : 'stub-embeddings', texts, dimensions }
}
