import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { drainServer } from '../../scripts/server/drain-server.mjs'

/** Starts a server that holds its responses until the test ends them. */
async function start() {
  const held: ServerResponse[] = []
  let arrived = () => {}
  const server = createServer((request, response) => {
    if (request.url === '/quick') return void response.end('quick')
    response.write('begun')
    held.push(response)
    arrived()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const nextArrival = () =>
    new Promise<void>((resolve) => {
      arrived = resolve
    })
  return { server, port, held, nextArrival }
}

const get = (socket: Socket, path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))

test('lets a running response finish, closes idle connections and refuses new ones', async () => {
  const { server, port, held, nextArrival } = await start()
  const idle = connect(port, '127.0.0.1')
  await new Promise((resolve) => {
    get(idle, '/quick')
    idle.once('data', resolve)
  })
  const arrival = nextArrival()
  const answer = fetch(`http://127.0.0.1:${port}/held`)
  await arrival

  const drained = drainServer(server, 10_000)
  await closed(idle)
  await expect(fetch(`http://127.0.0.1:${port}/quick`)).rejects.toThrow()
  held[0]?.end(' and ended')
  expect(await (await answer).text()).toBe('begun and ended')
  await drained
})

test('closes the connection of a response that does not end in time', async () => {
  const { server, port, nextArrival } = await start()
  const socket = connect(port, '127.0.0.1')
  const arrival = nextArrival()
  get(socket, '/held')
  await arrival
  const end = closed(socket.resume())
  await drainServer(server, 20)
  await end
})
