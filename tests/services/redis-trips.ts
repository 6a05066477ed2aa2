/**
 * Parses as much of RESP2 and RESP3 as is needed to recognize round trips. Commands that are sent before any reply
 * arrives form one trip, which ends with its last reply. Push messages are not replies.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
import { createFramer } from './framer'
import type { Tap } from './proxied-connection'
import type { Trip, TripLog } from './trip-log'

const handshakeCommands = ['HELLO', 'AUTH', 'SELECT', 'CLIENT', 'INFO', 'READONLY']
const blockingCommands = ['BLPOP', 'BRPOP', 'BLMOVE', 'BLMPOP', 'BZPOPMIN', 'BZPOPMAX', 'BZMPOP', 'WAIT', 'WAITAOF']

export function tapRedis(log: TripLog, connection: number): Tap {
  const awaited: { trip: Trip; replies: number }[] = []
  // After a subscription the server sends messages instead of replies, so such a connection is not measured.
  let subscribed = false

  const onCommand = (words: string[]) => {
    const name = words[0]?.toUpperCase() ?? ''
    if (name.endsWith('SUBSCRIBE')) subscribed = true
    if (subscribed) return
    const blocking = blockingCommands.includes(name) || (name.startsWith('XREAD') && words.some(isBlock))
    const handshake = handshakeCommands.includes(name)
    const request = name.startsWith('EVAL') ? `${name} ${keyFamily(words)}`.trim() : name
    const newest = awaited.at(-1)
    if (newest && log.canJoin(newest.trip) && newest.trip.blocking === blocking) {
      newest.replies += 1
      newest.trip.requests.push(request)
      newest.trip.handshake &&= handshake
      return
    }
    const trip = log.begin({ store: 'redis', connection, requests: [request], handshake, blocking })
    awaited.push({ trip, replies: 1 })
  }
  const onReply = (type: string) => {
    const first = awaited[0]
    if (type === '>' || type === '|' || subscribed || !first) return
    first.replies -= 1
    if (first.replies > 0) return
    log.end(first.trip)
    awaited.shift()
  }

  const commands = createFramer((pending) => {
    const end = frameEnd(pending, 0)
    if (end > 0) onCommand(commandWords(pending.subarray(0, end)))
    return Math.max(end, 0)
  })
  const replies = createFramer((pending) => {
    const end = frameEnd(pending, 0)
    if (end > 0) onReply(String.fromCharCode(pending[0] ?? 0))
    return Math.max(end, 0)
  })
  return {
    sent: commands,
    answered: (chunk) => {
      log.answered()
      replies(chunk)
    },
  }
}

/** Returns the kind of key that a script works on: its first key up to the hash tag, without the identifying part. */
const keyFamily = (words: readonly string[]) => (words[2] === '0' ? '' : (words[3] ?? '').replace(/:?\{.*$/s, ''))

const isBlock = (word: string) => word.toUpperCase() === 'BLOCK'

/** Returns where the value that begins at `start` ends, or -1 if it is incomplete. */
function frameEnd(buffer: Buffer, start: number): number {
  const lineEnd = buffer.indexOf('\r\n', start)
  if (lineEnd < 0) return -1
  const type = String.fromCharCode(buffer[start] ?? 0)
  const count = Number(buffer.toString('latin1', start + 1, lineEnd))
  const next = lineEnd + 2
  if ('$!='.includes(type)) {
    if (count < 0) return next
    return next + count + 2 <= buffer.length ? next + count + 2 : -1
  }
  if ('*~>'.includes(type)) return framesEnd(buffer, next, count)
  if ('%|'.includes(type)) return framesEnd(buffer, next, count * 2)
  return next
}

function framesEnd(buffer: Buffer, start: number, count: number): number {
  let end = start
  for (let left = count; left > 0; left -= 1) {
    end = frameEnd(buffer, end)
    if (end < 0) return -1
  }
  return end
}

/** Splits a command into words. A command is an array of bulk strings, or one line if it was typed by hand. */
function commandWords(frame: Buffer): string[] {
  if (frame[0] !== '*'.charCodeAt(0)) return frame.toString('latin1').trim().split(' ')
  const words: string[] = []
  let at = frame.indexOf('\r\n') + 2
  while (at < frame.length) {
    const end = frameEnd(frame, at)
    words.push(frame.toString('latin1', frame.indexOf('\r\n', at) + 2, end - 2))
    at = end
  }
  return words
}
