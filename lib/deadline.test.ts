import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startDeadline } from './deadline'

/** Blocks the event loop, as synchronous code that runs for a long time does. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

/** Opens a connection to an echo server in this process. The server can only respond while the event loop is free. */
async function openEcho() {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const socket = connect(address && typeof address === 'object' ? address.port : 0, '127.0.0.1')
  await once(socket, 'connect')
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  return socket
}

test('calls `expire` once when the time has passed', async () => {
  const expire = vi.fn()
  startDeadline(20, expire)
  await expect.poll(() => expire.mock.calls.length).toBe(1)
})

test('does not call `expire` after it was canceled', async () => {
  const expire = vi.fn()
  startDeadline(20, expire)()
  await sleep(60)
  expect(expire).not.toHaveBeenCalled()
})

test.each(['before', 'after'])(
  'accepts a response that arrived during a stall that ended %s the deadline',
  async (when) => {
    const socket = await openEcho()
    const first = new Promise<string>((resolve) => {
      const cancel = startDeadline(40, () => resolve('deadline'))
      socket.once('data', () => {
        cancel()
        resolve('response')
      })
    })
    socket.write('ping')
    block(when === 'before' ? 20 : 200)
    expect(await first).toBe('response')
  },
)
