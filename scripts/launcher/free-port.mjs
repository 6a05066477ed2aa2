import { createServer } from 'node:net'

/**
 * The start of Linux's ephemeral port range. Above it an outgoing connection of any
 * program may use a port for a while.
 */
export const firstEphemeralPort = 32_768

/**
 * Returns whether a server can listen on this port of both loopback addresses now. Another process may still take the
 * port first, so a caller that then fails with EADDRINUSE should try the next port.
 * @param {number} port
 */
export async function isPortFree(port) {
  // Browsers try ::1 first for localhost, so a program that listens only there would receive our requests.
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'))
}

/**
 * Returns the preferred port, or the next free port below the ephemeral range. Throws if no port is free.
 * @param {number} [preferred] Defaults to a random port, so that parallel tests rarely try the same one
 * @param {ReadonlySet<number>} [taken] Ports that must not be used
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
      // If this machine has no IPv6, no other program can listen on ::1 either.
      resolve(host === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'))
    })
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
