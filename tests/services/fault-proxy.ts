/**
 * A loopback TCP proxy that simulates faults: it refuses, kills, freezes or delays connections, or resets one
 * instead of delivering an answer. It sits between the product and a real Postgres or Redis, so that a fault is a
 * real RST or silence and not a mocked exception. A tap can observe the traffic.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { listen, listenAnywhere } from './listen-anywhere'
import { type Faults, type ProxiedConnection, proxyConnection, type Tap } from './proxied-connection'

export type FaultProxy = {
  host: string
  port: number
  /** Counts the connections of the product: those open now and all so far. */
  connections: () => { open: number; opened: number }
  /** Resets open connections and refuses new ones with ECONNREFUSED. */
  refuse: () => Promise<void>
  /** Resets every open connection. New ones are accepted. */
  kill: () => void
  /** Stops the data in both directions without closing anything. New connections are accepted but receive no data. */
  freeze: () => void
  /** Delays every answer by this many milliseconds. */
  delay: (milliseconds: number) => void
  /**
   * Forwards the next request that contains this text, but resets the connection instead of delivering the answer.
   */
  cutAnswerTo: (text: string) => void
  /** Ends all faults and delivers the frozen data. */
  restore: () => Promise<void>
  stop: () => Promise<void>
}

export type FaultProxyOptions = {
  upstream: { host: string; port: number }
  /** Called for each new connection. */
  tap?: () => Tap
  /** The initial delay in milliseconds, which `restore` returns to. */
  delayMs?: number
}

export async function startFaultProxy({ upstream, tap, delayMs = 0 }: FaultProxyOptions): Promise<FaultProxy> {
  const connections = new Set<ProxiedConnection>()
  const faults: Faults = { frozen: false, delayMs, cutAnswerTo: null }
  let opened = 0

  const accept = (client: Socket) => {
    opened += 1
    const connection = proxyConnection({ client, upstream, faults, tap: tap?.() })
    connections.add(connection)
    client.once('close', () => connections.delete(connection))
  }
  const kill = () => {
    for (const connection of connections) connection.reset()
  }
  const close = async (server: Server) => {
    const closed = new Promise((resolve) => server.close(resolve))
    kill()
    await closed
  }

  let server: Server | null = createServer({ noDelay: true }, accept)
  const port = await listenAnywhere(server)

  const stopListening = async () => {
    const listening = server
    server = null
    if (listening) await close(listening)
  }

  return {
    host: '127.0.0.1',
    port,
    connections: () => ({ open: connections.size, opened }),
    refuse: stopListening,
    kill,
    freeze: () => {
      faults.frozen = true
    },
    delay: (milliseconds) => {
      faults.delayMs = milliseconds
    },
    cutAnswerTo: (text) => {
      faults.cutAnswerTo = text
    },
    restore: async () => {
      Object.assign(faults, { frozen: false, delayMs, cutAnswerTo: null } satisfies Faults)
      for (const connection of connections) connection.thaw()
      if (server) return
      server = createServer({ noDelay: true }, accept)
      await listen(server, port)
    },
    stop: stopListening,
  }
}

/** Returns the URL with the port of a proxy. */
export function through(url: string, proxy: FaultProxy): string {
  const at = new URL(url)
  at.port = String(proxy.port)
  return at.href
}
