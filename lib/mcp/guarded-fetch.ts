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

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

type Address = { address: string; family: number }

type Guard = {
  /** Any address will do. */
  privateNetwork: boolean
  /** Ends whatever is under way, and lets nothing begin. */
  until?: AbortSignal
  /** All addresses of a name. */
  lookUp?: (hostname: string) => Promise<Address[]>
}

const addressesOf = (hostname: string) => lookup(hostname, { all: true })

/** Rejects with a `TypeError` like `fetch` does, also where an address is refused. */
export function guardedFetch({ privateNetwork, until, lookUp = addressesOf }: Guard): Fetch {
  return async (input, init = {}) => {
    const signal = AbortSignal.any([until, init.signal].filter((given) => given instanceof AbortSignal))
    signal.throwIfAborted()
    const url = new URL(input instanceof Request ? input.url : input)
    if (!/^https?:$/.test(url.protocol)) throw new TypeError('The address is not one of http or https.')
    const address = await resolve(url.hostname, { privateNetwork, lookUp })
    // No lookup can be broken off.
    signal.throwIfAborted()
    const response = await send(url, { ...init, signal }, address)
    const { statusCode: status = 502 } = response
    if (status >= 300 && status < 400) {
      response.destroy()
      throw new TypeError('The server sends its callers elsewhere, which is not followed.')
    }
    if (status < 200 || status > 599) {
      response.destroy()
      throw new TypeError('The server answers with a status that there is not.')
    }
    const hasBody = status !== 204 && status !== 205 && init.method !== 'HEAD'
    if (!hasBody) response.destroy()
    return new Response(hasBody ? bodyOf(response) : null, { status, headers: headersOf(response) })
  }
}

async function resolve(hostname: string, { privateNetwork, lookUp }: Required<Omit<Guard, 'until'>>): Promise<Address> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const found = family ? [{ address: host, family }] : await lookUp(host).catch(cannotBeReached)
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
      ...(init.signal && { signal: init.signal }),
    },
    resolve,
  )
  request.on('error', reject)
  // Without a word, or with another protocol.
  request.on('close', () => reject(new Error('closed')))
  request.end(typeof init.body === 'string' ? init.body : undefined)
  return promise.catch(cannotBeReached)
}

function cannotBeReached(cause: unknown): never {
  throw new TypeError('The server cannot be reached.', { cause })
}

/** Whoever breaks off, reader, server or this cap, ends both: no reader waits for a server that is gone. */
function bodyOf(response: IncomingMessage): ReadableStream<Uint8Array> {
  let bytes = 0
  const cap = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(bytes > mostBytes ? new TypeError('The server says too much.') : null, chunk)
    },
  })
  return Readable.toWeb(pipeline(response, cap, () => undefined)) as ReadableStream<Uint8Array>
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value)
  return headers
}
