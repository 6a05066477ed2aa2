/*
 * A `fetch` for servers that an operator has configured. A name is resolved once, checked, and then exactly that
 * address is connected to; otherwise a name could resolve to another machine after the check (DNS rebinding).
 * Redirects are not followed, and the body of a response must not exceed one megabyte.
 */
import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { pipeline, Readable, Transform } from 'node:stream'

const maxBytes = 1024 * 1024

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

type Address = { address: string; family: number }

type Guard = {
  /** Whether private addresses are allowed. */
  privateNetwork: boolean
  /** Aborts all running requests and rejects new ones. */
  until?: AbortSignal
  /** Resolves a name to all its addresses. */
  lookUp?: (hostname: string) => Promise<Address[]>
}

const addressesOf = (hostname: string) => lookup(hostname, { all: true })

/** Returns a `fetch` that rejects with a `TypeError`, as usual for `fetch`, if an address is not allowed. */
export function guardedFetch({ privateNetwork, until, lookUp = addressesOf }: Guard): Fetch {
  return async (input, init = {}) => {
    const signal = AbortSignal.any([until, init.signal].filter((one) => one instanceof AbortSignal))
    signal.throwIfAborted()
    const url = new URL(input instanceof Request ? input.url : input)
    if (!/^https?:$/.test(url.protocol)) throw new TypeError('The URL must use http or https.')
    const address = await resolve(url.hostname, { privateNetwork, lookUp })
    // The signal may have aborted during the lookup, which cannot be canceled.
    signal.throwIfAborted()
    const response = await send(url, { ...init, signal }, address)
    const { statusCode: status = 502 } = response
    if (status >= 300 && status < 400) {
      response.destroy()
      throw new TypeError('The server sent a redirect, which is not followed.')
    }
    if (status < 200 || status > 599) {
      response.destroy()
      throw new TypeError('The server sent an invalid status.')
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
  // A name that mixes public and private addresses is probably an attack.
  if (!usable[0] || usable.length < found.length) throw new TypeError('The server is not on the public internet.')
  return usable[0]
}

function send(url: URL, init: RequestInit, { address, family }: Address): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
    url,
    {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      // Only the lookup is replaced, so that the certificate is still checked against the name.
      lookup: (_, options, callback) =>
        options.all ? callback(null, [{ address, family }]) : callback(null, address, family),
      agent: false,
      ...(init.signal && { signal: init.signal }),
    },
    resolve,
  )
  request.on('error', reject)
  // The server closed the connection without a response, or switched to another protocol.
  request.on('close', () => reject(new Error('closed')))
  request.end(typeof init.body === 'string' ? init.body : undefined)
  return promise.catch(cannotBeReached)
}

function cannotBeReached(cause: unknown): never {
  throw new TypeError('The server cannot be reached.', { cause })
}

/** Returns the body with a size limit. An abort by the reader, the server or the limit closes both sides. */
function bodyOf(response: IncomingMessage): ReadableStream<Uint8Array> {
  let bytes = 0
  const limiter = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(bytes > maxBytes ? new TypeError('The response is larger than one megabyte.') : null, chunk)
    },
  })
  return Readable.toWeb(pipeline(response, limiter, () => undefined)) as ReadableStream<Uint8Array>
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value)
  return headers
}

/** The first address of a block and the number of its prefix bits. */
type Block = readonly [string, number]

/** The IPv4 blocks that IANA assigns to no public host (its special-purpose registries). */
const notPublic: readonly Block[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** The assigned part of IPv6. Addresses that embed an IPv4 address are outside of it, except for the tunnels below. */
const assignedV6 = ['2000::', 3] as const
/** Exceptions within that part: tunnels, which can embed any IPv4 address, and addresses for documentation. */
const notPublicV6: readonly Block[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Whether this IP address is public. False for a text that is not an IP address. */
export function isPublicAddress(address: string): boolean {
  // Only texts that Node accepts as addresses are parsed. It does not accept `127.1` or `0x7f.1`.
  if (isIPv4(address)) return !notPublic.some((block) => isIn(block, address, first32OfV4))
  if (isIPv6(address))
    return isIn(assignedV6, address, first32OfV6) && !notPublicV6.some((block) => isIn(block, address, first32OfV6))
  return false
}

const isIn = ([first, bits]: Block, address: string, first32: (address: string) => number) => {
  const size = 2 ** (32 - bits)
  return Math.floor(first32(address) / size) === Math.floor(first32(first) / size)
}

const first32OfV4 = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)

/** Returns the first 32 bits, which identify every block above. Groups that `::` omits are zeros. */
function first32OfV6(address: string): number {
  const [first, second] = address.split(':', 2).map((group) => Number.parseInt(group || '0', 16))
  return (first ?? 0) * 2 ** 16 + (second ?? 0)
}
