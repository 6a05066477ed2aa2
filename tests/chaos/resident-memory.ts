import { readFileSync } from 'node:fs'
import type { AppInstance } from '@/tests/services/app-instance'

/** A value for NODE_OPTIONS that lets `residentMb` connect to the process. The process chooses the port. */
export const inspectable = '--inspect=127.0.0.1:0'

/**
 * Returns the resident memory of a process after a garbage collection, in MB. Without the collection a new process
 * grows by up to 20 MB in half a minute. Throws if the process was not started with `inspectable`.
 */
export async function residentMb({ pid, output }: AppInstance): Promise<number> {
  const address = output()
    .match(/ws:\/\/\S+/g)
    ?.at(-1)
  if (address === undefined) throw new Error('The process must be started with --inspect.')
  const socket = new WebSocket(address)
  try {
    await waitForEvent(socket, 'open')
    socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
    await waitForEvent(socket, 'message')
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } finally {
    socket.close()
  }
}

const waitForEvent = (socket: WebSocket, event: 'open' | 'message') =>
  new Promise<void>((resolve, reject) => {
    socket.addEventListener(event, () => resolve(), { once: true })
    socket.addEventListener('close', () => reject(new Error('The process closed the connection of the inspector.')), {
      once: true,
    })
  })
