/**
 * Parses as much of the Postgres protocol as is needed to recognize round trips. The client's messages up to a Sync
 * or Query form one flight, which ReadyForQuery answers. During login, each authentication request answers the
 * message before it. https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
import { createFramer } from './framer'
import type { Tap } from './proxied-connection'
import type { Trip, TripLog } from './trip-log'

const SSL_REQUEST = 80877103
const CANCEL_REQUEST = 80877102
const GSS_ENCRYPTION_REQUEST = 80877104

export function tapPostgres(log: TripLog, connection: number): Tap {
  const awaited: Trip[] = []
  let flight: string[] | null = null
  let flightTrip: Trip | null = null
  let negotiating = true
  let awaitsOneByte = false

  const begin = (requests: string[], handshake: boolean) =>
    log.begin({ store: 'postgres', connection, requests, handshake, blocking: false })
  const endFirst = () => {
    const trip = awaited.shift()
    if (trip) log.end(trip)
  }

  const onStartup = (message: Buffer) => {
    const code = message.readInt32BE(4)
    if (code === CANCEL_REQUEST) return
    if (code === SSL_REQUEST || code === GSS_ENCRYPTION_REQUEST) awaitsOneByte = true
    else negotiating = false
    awaited.push(begin([awaitsOneByte ? 'encryption request' : 'startup'], true))
  }
  const onRequest = (type: string, body: Buffer) => {
    if (type === 'X') return
    if (type === 'p') {
      awaited.push(begin(['password'], true))
      return
    }
    // The trip begins with the first message of the flight, which may arrive in an earlier chunk than its Sync.
    flight ??= []
    flightTrip ??= begin(flight, false)
    const text = requestText(type, body)
    if (text) flight.push(text)
    if (type !== 'Q' && type !== 'S' && type !== 'F') return
    awaited.push(flightTrip)
    flight = null
    flightTrip = null
  }
  const onAnswer = (type: string, body: Buffer) => {
    const asksForMore = type === 'R' && body.readInt32BE(0) !== 0 && body.readInt32BE(0) !== 12
    if (type === 'Z' || asksForMore || (type === 'E' && awaited[0]?.handshake)) endFirst()
  }

  const requests = createFramer((pending) => {
    if (negotiating) return frame(pending, 0, (message) => onStartup(message))
    return frame(pending, 1, (message) => onRequest(letter(message), message.subarray(5)))
  })
  const answers = createFramer((pending) => {
    if (!awaitsOneByte) return frame(pending, 1, (message) => onAnswer(letter(message), message.subarray(5)))
    awaitsOneByte = false
    endFirst()
    return 1
  })
  return {
    sent: requests,
    answered: (chunk) => {
      log.answered()
      answers(chunk)
    },
  }
}

const letter = (message: Buffer) => String.fromCharCode(message[0] ?? 0)

/** Returns the SQL of a Query or Parse, or the statement name of a Bind to a named statement. */
function requestText(type: string, body: Buffer): string | null {
  if (type === 'Q') return cString(body, 0).text
  if (type === 'P') return cString(body, cString(body, 0).end).text
  if (type !== 'B') return null
  const statement = cString(body, cString(body, 0).end).text
  return statement === '' ? null : `prepared ${statement}`
}

function cString(body: Buffer, start: number): { text: string; end: number } {
  const end = body.indexOf(0, start)
  return { text: body.toString('utf8', start, end), end: end + 1 }
}

/**
 * Consumes one message: `tag` bytes, its length (which includes the length field), and the rest. Returns 0 if it is
 * incomplete.
 */
function frame(pending: Buffer, tag: 0 | 1, use: (message: Buffer) => void): number {
  if (pending.length < tag + 4) return 0
  const size = tag + pending.readInt32BE(tag)
  if (pending.length < size) return 0
  use(pending.subarray(0, size))
  return size
}
