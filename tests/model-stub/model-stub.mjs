/*
 * An OpenAI-compatible server that behaves, or misbehaves, as a test requests. It listens on loopback only, keeps a
 * bounded number of calls, and must survive any request.
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
 * @property {number} [port] if missing or 0, any free port
 * @property {boolean} [prefixCache] whether to report cached input tokens like a provider with a prefix cache
 * @property {import('./behavior.mjs').Behavior} [defaults] the default behavior of every call
 */

/**
 * Starts a stub. `url` is its origin. OPENAI_BASE_URL should be `url + '/v1'`, but it also works without `/v1`.
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
    // `new URL` would throw for `GET //`.
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
    // The client has disconnected, or the body could not be read.
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
    /** The requests for embeddings since the last reset, oldest first. */
    embeddingLog: embeddingLog.read,
    /** The requests for titles since the last reset, oldest first. They are in no other log. */
    titleLog: titleLog.read,
    /** Adds rules for the next calls. */
    script: script.add,
    /** Adds rules for the next requests for titles. */
    titleScript: titleScript.add,
    reset,
    /** Stops the stub and closes all connections. */
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
