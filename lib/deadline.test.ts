import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startDeadline } from './deadline'

/** What a long piece of somebody's JavaScript does to everybody else in the process. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

/** A connection to a server in this process: it answers only when the process has time for both. */
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

test('it is over when the time is', async () => {
  const expire = vi.fn()
  startDeadline(20, expire)
  await expect.poll(() => expire.mock.calls.length).toBe(1)
})

test('it is never over when it was called off', async () => {
  const expire = vi.fn()
  startDeadline(20, expire)()
  await sleep(60)
  expect(expire).not.toHaveBeenCalled()
})

test.each(['before', 'after'])(
  'an answer that came while the process was busy is heard %s the time is over',
  async (when) => {
    const socket = await openEcho()
    const first = new Promise<string>((resolve) => {
      const cancel = startDeadline(40, () => resolve('deadline'))
      socket.once('data', () => {
        cancel()
        resolve('answer')
      })
    })
    socket.write('ping')
    block(when === 'before' ? 20 : 200)
    expect(await first).toBe('answer')
  },
)
