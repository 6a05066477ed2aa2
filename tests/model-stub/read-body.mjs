const maxBytes = 8 * 1024 * 1024

/**
 * Reads the body of a request as text. Throws if it is larger than 8 MiB or the client disconnects.
 * @param {import('node:http').IncomingMessage} request
 */
export async function readBody(request) {
  /** @type {Buffer[]} */
  const pieces = []
  let bytes = 0
  for await (const piece of request) {
    bytes += piece.length
    if (bytes > maxBytes) throw new Error('too large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
