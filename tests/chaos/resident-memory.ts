import { readFileSync } from 'node:fs'
import type { AppInstance } from '@/tests/services/app-instance'

/** For NODE_OPTIONS of a process that `residentMb` is to look into; the port is the process's own choice. */
export const inspectable = '--inspect=127.0.0.1:0'

/**
 * Resident memory of a process that has thrown away its garbage; MB. Left to itself a young one grows by up to 20 in half
 * a minute before it first looks for some. Throws when it was not started `inspectable`.
 */
export async function residentMb({ pid, output }: AppInstance): Promise<number> {
  const address = output()
    .match(/ws:\/\/\S+/g)
    ?.at(-1)
  if (address === undefined) throw new Error('The process cannot be inspected.')
  const socket = new WebSocket(address)
  try {
    await said(socket, 'open')
    socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
    await said(socket, 'message')
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } finally {
    socket.close()
  }
}

const said = (socket: WebSocket, event: 'open' | 'message') =>
  new Promise<void>((resolve, reject) => {
    socket.addEventListener(event, () => resolve(), { once: true })
    socket.addEventListener('close', () => reject(new Error('The process let nobody look into it.')), { once: true })
  })
