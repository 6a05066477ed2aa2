/** One connection through the fault proxy: a queue in each direction, and the faults that apply to it. */
import { connect, type Socket } from 'node:net'

/** Shared by all connections of a proxy; read at the moment a chunk would be delivered. */
export type Faults = { frozen: boolean; delayMs: number; cutAnswerTo: string | null }

/** Sees each chunk at the moment it is handed on, in order. */
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
  // An error is followed by 'close'; whichever side breaks, the other is told in the same words.
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

/** Writes with backpressure: the source waits while the destination is full. */
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

/** A queue that keeps order: a chunk becomes ready after its delay and leaves when all before it have left. */
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
