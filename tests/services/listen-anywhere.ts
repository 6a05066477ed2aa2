import type { Server } from 'node:net'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'

/** Listens on the given loopback port; rejects if it is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve(port)
    })
  })
}

/** Listens on some loopback port below the ephemeral range and says which; somebody else may be quicker, so it asks again. */
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
