const mostBytes = 8 * 1024 * 1024

/**
 * The body of a request as text. Throws when it is larger than 8 MiB, or the client leaves before it is there.
 * @param {import('node:http').IncomingMessage} request
 */
export async function readBody(request) {
  /** @type {Buffer[]} */
  const pieces = []
  let bytes = 0
  for await (const piece of request) {
    bytes += piece.length
    if (bytes > mostBytes) throw new Error('too large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
