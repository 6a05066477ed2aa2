import { createServer } from 'node:net'

/** The ephemeral range starts here on Linux: above it any outgoing connection of anybody may hold a port for a while. */
export const firstEphemeralPort = 32_768

/**
 * Whether a server may listen on this port of the loopback addresses, now. Another process can still be quicker, so
 * whoever then fails with EADDRINUSE asks for the next one.
 * @param {number} port
 */
export async function isPortFree(port) {
  // A browser tries ::1 first for localhost: somebody listening only there would get our visitors.
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'))
}

/**
 * The preferred port, else the next free one below the ephemeral range.
 * @param {number} [preferred] without it: a random place, so that tests side by side rarely meet
 * @param {ReadonlySet<number>} [taken] ports already promised to somebody
 * @returns {Promise<number>}
 */
export async function findFreePort(preferred, taken = new Set()) {
  const lowest = 10_240
  const start = preferred ?? lowest + Math.floor(Math.random() * (firstEphemeralPort - lowest))
  for (let port = start; port < firstEphemeralPort; port++) {
    if (!taken.has(port) && (await isPortFree(port))) return port
  }
  for (let port = lowest; port < Math.min(start, firstEphemeralPort); port++) {
    if (!taken.has(port) && (await isPortFree(port))) return port
  }
  throw new Error('No free port between 10240 and 32767 on this machine.')
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>}
 */
function canListen(port, host) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      // No IPv6 on this machine: nobody can listen there either.
      resolve(host === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'))
    })
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
