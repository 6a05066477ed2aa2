import { setTimeout as pause } from 'node:timers/promises'
import { answerTokens } from './answer-tokens.mjs'
import { readDirectives } from './behavior.mjs'
import { questionToTitle, readChatRequest } from './chat-request.mjs'
import { refusalOf } from './chat-rules.mjs'
import { promptTokens } from './prefix-cache.mjs'
import { sendJson } from './send-json.mjs'
import { maxSilenceMs, streamAnswer } from './stream-answer.mjs'
import { plannedCalls } from './tool-calls.mjs'

/**
 * Answers one chat completion. A scripted rule replaces the directives of the message, so that a message that has
 * failed on command can succeed the next time. A request for a title has its own log and its own rules, and ignores
 * directives. Without a rule, the title is the question.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} body
 * @param {{ log: ReturnType<typeof import('./call-log.mjs').createCallLog>,
 *   titleLog: ReturnType<typeof import('./call-log.mjs').createCallLog>,
 *   script: ReturnType<typeof import('./script.mjs').createScript>,
 *   titleScript: ReturnType<typeof import('./script.mjs').createScript>,
 *   prefixCache: ReturnType<typeof import('./prefix-cache.mjs').createPrefixCache> | null,
 *   defaults: import('./behavior.mjs').Behavior }} stub
 */
export async function answerChat(request, response, body, stub) {
  const chat = readChatRequest(body)
  if (typeof chat === 'string') return sendJson(response, 400, errorBody(chat, 'invalid_request_error'))
  const titled = questionToTitle(chat)
  const behavior =
    titled === null
      ? { ...stub.defaults, ...(stub.script.next(chat.question) ?? readDirectives(chat.question)) }
      : { text: titled, ...stub.titleScript.next(titled) }
  const { model, stream } = chat
  const entry = (titled === null ? stub.log : stub.titleLog).open({
    model,
    stream,
    body,
    authorization: request.headers.authorization ?? null,
  })
  const gone = new AbortController()
  let isCutByStub = false
  const cut = () => {
    isCutByStub = true
    // `destroySoon`, because the data that was written must arrive before the connection ends.
    response.socket?.destroySoon()
  }
  response.once('close', () => {
    entry.endedAt = Date.now()
    entry.status = response.headersSent ? response.statusCode : null
    entry.clientAborted = !response.writableFinished && !isCutByStub
    gone.abort()
  })
  if (behavior.hang) {
    await pause(maxSilenceMs, undefined, { signal: gone.signal })
    return cut()
  }
  const refusal = refusalOf(chat, behavior)
  if (refusal !== null) return sendJson(response, 400, errorBody(refusal, 'invalid_request_error'))
  if (behavior.status) return refuse(response, behavior.status, behavior.retryAfterSeconds)

  const calls = titled === null ? plannedCalls(chat, entry.id) : []
  const { tokens, finish } =
    calls.length > 0
      ? { tokens: behavior.say ? [behavior.say] : [], finish: 'tool_calls' }
      : answerTokens(chat, behavior, entry.id)
  entry.promptTokens = promptTokens(chat)
  entry.cachedTokens = titled === null ? (stub.prefixCache?.cachedTokens(chat) ?? 0) : 0
  const usage = {
    prompt_tokens: entry.promptTokens,
    completion_tokens: tokens.length,
    total_tokens: entry.promptTokens + tokens.length,
    prompt_tokens_details: { cached_tokens: entry.cachedTokens },
  }
  if (stream) {
    const sent = (/** @type {number} */ count) => {
      entry.tokensSent += count
    }
    const counted = chat.includeUsage ? usage : null
    return streamAnswer(response, {
      model,
      tokens,
      calls,
      finish,
      usage: counted,
      behavior,
      signal: gone.signal,
      sent,
      cut,
    })
  }
  if (behavior.ttftMs) await pause(behavior.ttftMs, undefined, { signal: gone.signal })
  entry.tokensSent = tokens.length
  const toolCalls = calls.map(({ id, ...called }) => ({ id, type: 'function', function: called }))
  const message = {
    role: 'assistant',
    content: tokens.join(''),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  }
  const choices = [{ index: 0, message, finish_reason: finish }]
  sendJson(response, 200, {
    id: 'chatcmpl-stub',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices,
    usage,
  })
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {number | undefined} retryAfterSeconds
 */
function refuse(response, status, retryAfterSeconds) {
  const type = status === 429 ? 'rate_limit_error' : 'server_error'
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  sendJson(response, status, errorBody(`the stub responds with ${status} as requested`, type), headers)
}

/** Returns an error body in the format of OpenAI. @param {string} message @param {string} type */
export const errorBody = (message, type) => ({ error: { message, type, code: null, param: null } })
