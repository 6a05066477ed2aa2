/**
 * A `fetch` to servers that an operator has named: to one address of the open internet that is looked up once and then
 * connected to, so that a name cannot be one machine when it is checked and another when it is called (DNS rebinding). It
 * follows nothing, and takes no more than a megabyte.
 */
import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { pipeline, Readable, Transform } from 'node:stream'

const mostBytes = 1024 * 1024

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

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

/** First address and bits. */
type Block = readonly [string, number]

/** Everything that IANA gives to no host on the open internet (its special-purpose registries). */
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

/** All that is given out of IPv6; addresses that embed an IPv4 address are outside, but for the tunnels. */
const givenOut = ['2000::', 3] as const
/** Within it: tunnels, which carry IPv4 addresses of any kind, and examples. */
const notPublicV6: readonly Block[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Whether this IP address is a host on the open internet. False for whatever is no address. */
export function isPublicAddress(address: string): boolean {
  // Only what Node takes for an address is taken apart: `127.1` or `0x7f.1` is none.
  if (isIPv4(address)) return !notPublic.some((block) => isIn(block, address, first32OfV4))
  if (isIPv6(address))
    return isIn(givenOut, address, first32OfV6) && !notPublicV6.some((block) => isIn(block, address, first32OfV6))
  return false
}

const isIn = ([first, bits]: Block, address: string, first32: (address: string) => number) => {
  const size = 2 ** (32 - bits)
  return Math.floor(first32(address) / size) === Math.floor(first32(first) / size)
}

const first32OfV4 = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)

/** By these 32 bits every block above can be told. What `::` stands for is nothing but zeros. */
function first32OfV6(address: string): number {
  const [first, second] = address.split(':', 2).map((group) => Number.parseInt(group || '0', 16))
  return (first ?? 0) * 2 ** 16 + (second ?? 0)
}
