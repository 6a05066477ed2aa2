/**
 * A loopback TCP proxy that can be told to misbehave: refuse, kill, freeze, delay, or cut the connection instead of
 * delivering one answer. It stands between the product and a real Postgres or Redis, so that a fault is what it is in
 * life (an RST, a silence) and not a mocked exception. A tap may watch what goes through.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { listen, listenAnywhere } from './listen-anywhere'
import { type Faults, type ProxiedConnection, proxyConnection, type Tap } from './proxied-connection'

export type FaultProxy = {
  host: string
  port: number
  /** Connections from the product: how many now, how many ever. */
  connections: () => { open: number; opened: number }
  /** New connections get ECONNREFUSED, open ones are reset. */
  refuse: () => Promise<void>
  /** Resets every open connection; new ones are welcome. */
  kill: () => void
  /** Nothing moves in either direction, nothing is closed; new connections are accepted and get silence. */
  freeze: () => void
  /** Every answer arrives this many milliseconds later. */
  delay: (milliseconds: number) => void
  /** The next request holding this text reaches the server and is carried out, but its answer is replaced by a reset. */
  cutAnswerTo: (text: string) => void
  /** Ends refuse, freeze, delay and cut: all is as at the start. What was frozen arrives now. */
  restore: () => Promise<void>
  stop: () => Promise<void>
}

export type FaultProxyOptions = {
  upstream: { host: string; port: number }
  /** Called for each new connection. */
  tap?: () => Tap
  /** The delay to begin with, and to come back to with `restore`. */
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

/** The same URL, at a proxy's door. */
export function through(url: string, proxy: FaultProxy): string {
  const at = new URL(url)
  at.port = String(proxy.port)
  return at.href
}
