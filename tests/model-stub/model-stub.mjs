/**
 * An OpenAI-compatible server that does what a test tells it to, good or bad. It listens on loopback only, remembers a
 * bounded number of calls, and nothing that is sent to it may end it.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerChat, errorBody } from './answer-chat.mjs'
import { answerEmbeddings } from './answer-embeddings.mjs'
import { createCallLog } from './call-log.mjs'
import { parseJson } from './chat-request.mjs'
import { createPrefixCache } from './prefix-cache.mjs'
import { readBody } from './read-body.mjs'
import { createScript, parseRules } from './script.mjs'
import { sendJson } from './send-json.mjs'

/**
 * @typedef {object} StubOptions
 * @property {number} [port] 0 or nothing: any free one
 * @property {boolean} [prefixCache] count cached input tokens as a provider with a prefix cache does
 * @property {import('./behaviour.mjs').Behaviour} [defaults] what every call does unless told otherwise
 */

/**
 * Starts a stub. `url` is its origin; give `url + '/v1'` as OPENAI_BASE_URL (without `/v1` it works as well).
 * @param {StubOptions} [options]
 */
export async function startModelStub({ port = 0, prefixCache = false, defaults = {} } = {}) {
  const log = createCallLog()
  const embeddingLog = createCallLog()
  const titleLog = createCallLog()
  const script = createScript()
  const titleScript = createScript()
  const stub = {
    log,
    embeddingLog,
    titleLog,
    script,
    titleScript,
    defaults,
    prefixCache: prefixCache ? createPrefixCache() : null,
  }
  const reset = () => {
    log.clear()
    embeddingLog.clear()
    titleLog.clear()
    script.clear()
    titleScript.clear()
    stub.prefixCache?.clear()
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async function handle(request, response) {
    // Not `new URL`: `GET //` is a request too.
    const [path = '', query = ''] = (request.url ?? '').split('?', 2)
    switch (`${request.method} ${path.replace(/^\/v1(?=\/)/, '')}`) {
      case 'POST /chat/completions':
        return answerChat(request, response, await readBody(request), stub)
      case 'POST /embeddings':
        return answerEmbeddings(request, response, await readBody(request), stub)
      case 'GET /models':
        return sendJson(response, 200, {
          object: 'list',
          data: [{ id: 'stub-model', object: 'model', owned_by: 'stub' }],
        })
      case 'GET /__log': {
        const containing = new URLSearchParams(query).get('containing') ?? ''
        return sendJson(response, 200, { total: log.total(), calls: query === 'calls=0' ? [] : log.read(containing) })
      }
      case 'POST /__reset':
        reset()
        return sendJson(response, 200, {})
      case 'POST /__script': {
        const rules = parseRules(parseJson(await readBody(request)))
        if (typeof rules === 'string') return sendJson(response, 400, errorBody(rules, 'invalid_request_error'))
        script.add(rules)
        return sendJson(response, 200, {})
      }
      default:
        return sendJson(response, 404, errorBody('no such route', 'invalid_request_error'))
    }
  }

  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 20_000 })
  server.on('request', (request, response) => {
    // Whatever breaks here is a client that went away, or a body that was not one.
    handle(request, response).catch(() => {
      if (response.headersSent || response.destroyed) response.destroy()
      else sendJson(response, 400, errorBody('the request could not be read', 'invalid_request_error'))
    })
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const openPort = typeof address === 'object' && address ? address.port : port

  return {
    url: `http://127.0.0.1:${openPort}`,
    port: openPort,
    /** The calls since the last reset, oldest first. */
    log: log.read,
    /** The calls for embeddings since the last reset, oldest first. */
    embeddingLog: embeddingLog.read,
    /** The calls for titles since the last reset, oldest first; they are in no other log. */
    titleLog: titleLog.read,
    /** Says what to do with calls to come. */
    script: script.add,
    /** The same for calls for titles. */
    titleScript: titleScript.add,
    reset,
    /** Ends it, and every connection with it. */
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
