/**
 * A `fetch` to servers that an operator has named: to one address of the open internet that is looked up once and then
 * connected to, so that a name cannot be one machine when it is checked and another when it is called (DNS rebinding). It
 * follows nothing, and takes no more than a megabyte.
 */
import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { pipeline, Readable, Transform } from 'node:stream'
import { isPublicAddress } from './is-public-address'

const mostBytes = 1024 * 1024
/** Of a request whose caller sets no end, as the client's own goodbye to a server. */
const mostMs = 5_000

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** `privateNetwork`: any address will do. Rejects with a `TypeError` like `fetch` does, and where an address is refused. */
export function guardedFetch({ privateNetwork }: { privateNetwork: boolean }): Fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const { address, family } = await resolve(url.hostname, privateNetwork)
    const response = await send(url, init, { address, family })
    const { statusCode: status = 502 } = response
    if (status >= 300 && status < 400) {
      response.destroy()
      throw new TypeError('The server sends its callers elsewhere, which is not followed.')
    }
    const hasBody = status !== 204 && init.method !== 'HEAD'
    const body = hasBody ? (Readable.toWeb(capped(response)) as ReadableStream<Uint8Array>) : null
    return new Response(body, { status, headers: headersOf(response) })
  }
}

type Address = { address: string; family: number }

async function resolve(hostname: string, privateNetwork: boolean): Promise<Address> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const found = family ? [{ address: host, family }] : await lookup(host, { all: true })
  const usable = privateNetwork ? found : found.filter(({ address }) => isPublicAddress(address))
  // One private address among public ones is no accident.
  if (!usable[0] || usable.length < found.length) throw new TypeError('The server is not on the open internet.')
  return usable[0]
}

function send(url: URL, init: RequestInit, { address, family }: Address): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
    url,
    {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      // The name stays the one that the certificate is for.
      lookup: (_, options, callback) =>
        options.all ? callback(null, [{ address, family }]) : callback(null, address, family),
      agent: false,
      signal: init.signal ?? AbortSignal.timeout(mostMs),
    },
    resolve,
  )
  request.on('error', (error) => reject(new TypeError('The server cannot be reached.', { cause: error })))
  request.end(typeof init.body === 'string' ? init.body : undefined)
  return promise
}

/** Whoever breaks off, reader, server or this cap, ends both: no reader waits for a server that is gone. */
function capped(response: IncomingMessage): Readable {
  let bytes = 0
  const cap = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(bytes > mostBytes ? new TypeError('The server says too much.') : null, chunk)
    },
  })
  return pipeline(response, cap, () => undefined)
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value)
  return headers
}
