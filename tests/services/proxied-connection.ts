import { connect, type Socket } from 'node:net'

/** The active faults, shared by all connections of a proxy. They are read when a chunk is about to be delivered. */
export type Faults = { frozen: boolean; delayMs: number; cutAnswerTo: string | null }

/** Observes each chunk when it is delivered, in order. */
export type Tap = { sent: (chunk: Buffer) => void; answered: (chunk: Buffer) => void }

export type ProxiedConnection = { reset: () => void; thaw: () => void }

type Options = { client: Socket; upstream: { host: string; port: number }; faults: Faults; tap: Tap | undefined }

export function proxyConnection({ client, upstream, faults, tap }: Options): ProxiedConnection {
  const server = connect({ ...upstream, noDelay: true })
  let cutNext = false

  const reset = () => {
    client.resetAndDestroy()
    server.destroy()
  }
  const requests = createLane({
    deliver: (chunk) => {
      tap?.sent(chunk)
      if (faults.cutAnswerTo !== null && chunk.includes(faults.cutAnswerTo)) {
        cutNext = true
        faults.cutAnswerTo = null
      }
      write(client, server, chunk)
    },
    end: () => server.end(),
    frozen: () => faults.frozen,
    delayMs: () => 0,
  })
  const answers = createLane({
    deliver: (chunk) => {
      if (cutNext) return reset()
      tap?.answered(chunk)
      write(server, client, chunk)
    },
    end: () => client.end(),
    frozen: () => faults.frozen,
    delayMs: () => faults.delayMs,
  })

  client.on('data', requests.push)
  client.on('end', requests.finish)
  server.on('data', answers.push)
  server.on('end', answers.finish)
  // An 'error' event is followed by 'close'. If either side breaks, the other one must be closed in the same way.
  client.on('error', () => undefined)
  server.on('error', reset)
  client.on('close', () => server.destroy())

  return {
    reset,
    thaw: () => {
      requests.flush()
      answers.flush()
    },
  }
}

/** Writes with backpressure: the source is paused while the destination is full. */
function write(source: Socket, destination: Socket, chunk: Buffer): void {
  if (destination.destroyed || destination.write(chunk)) return
  source.pause()
  destination.once('drain', () => source.resume())
}

type LaneOptions = {
  deliver: (chunk: Buffer) => void
  end: () => void
  frozen: () => boolean
  delayMs: () => number
}

/**
 * Creates a queue that preserves order. A chunk becomes ready after its delay and is delivered after all chunks
 * before it.
 */
function createLane({ deliver, end, frozen, delayMs }: LaneOptions) {
  const queue: { chunk: Buffer | null; ready: boolean }[] = []
  const flush = () => {
    while (!frozen() && queue[0]?.ready) {
      const chunk = queue.shift()?.chunk
      if (chunk) deliver(chunk)
      else end()
    }
  }
  const enqueue = (chunk: Buffer | null) => {
    const entry = { chunk, ready: delayMs() === 0 }
    queue.push(entry)
    if (entry.ready) return flush()
    setTimeout(() => {
      entry.ready = true
      flush()
    }, delayMs())
  }
  return { push: (chunk: Buffer) => enqueue(chunk), finish: () => enqueue(null), flush }
}
