import type { Server } from 'node:net'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'

/** Listens on the given loopback port. Rejects if the port is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve(port)
    })
  })
}

/**
 * Listens on a free loopback port below the ephemeral range and returns the port. If another process takes the port
 * first, the next free port is tried.
 */
export async function listenAnywhere(server: Server): Promise<number> {
  const taken = new Set<number>()
  for (;;) {
    const port = await findFreePort(undefined, taken)
    try {
      return await listen(server, port)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      taken.add(port)
    }
  }
}
