import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

let goldfish: Goldfish
let ada: Person
const conversationId = v7()
/** Together, the messages must be larger than the operating system's buffers for a connection. */
const messageBytes = 1024 * 1024
const messageCount = 14

beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { SLOW_READER_SECONDS: '3' } })
  ada = await signUp(goldfish.url)
  await ada.send({ conversationId }, 'Hello?')
  await goldfish.sql(
    `insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
     select user_id, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, id,
       case when n = 1 then active_leaf_id else ('00000000-0000-4000-8000-' || lpad((n - 1)::text, 12, '0'))::uuid end,
       gen_random_uuid(), case when n % 2 = 1 then 'user' else 'assistant' end, last_seq + n, 'complete',
       jsonb_build_array(jsonb_build_object('type', 'text', 'text', repeat('x', $2::int))), 1
     from conversation, generate_series(1, $3::int) n where id = $1`,
    [conversationId, messageBytes, messageCount],
  )
  await goldfish.sql(
    `update conversation set active_leaf_id = ('00000000-0000-4000-8000-' || lpad($2::text, 12, '0'))::uuid, last_seq = 100
     where id = $1`,
    [conversationId, messageCount],
  )
})
afterAll(() => goldfish?.stop())

const path = `/api/conversations/${conversationId}/messages?limit=100`

/** Sends a request and does not read the response. */
async function requestWithoutReading(): Promise<Socket> {
  const { port = 0 } = goldfish.instances[0] ?? {}
  const socket = connect({ port, host: '127.0.0.1' })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${ada.cookie}\r\n\r\n`)
  return socket
}

test('a client that does not read a large response is disconnected, and one that reads gets all of it', async () => {
  const closed = new Set<Socket>()
  const response = await fetch(`${goldfish.instances[0]?.url}${path}`, { headers: { cookie: ada.cookie } })
  const idle = await Promise.all(Array.from({ length: 3 }, requestWithoutReading))
  for (const socket of idle) socket.on('error', () => closed.add(socket)).on('close', () => closed.add(socket))
  let received = 0
  for await (const chunk of response.body ?? []) received += chunk.byteLength
  expect(received).toBeGreaterThan(messageCount * messageBytes)

  const countOpen = () => {
    // A client that does not read will notice the close only when it writes. The server skips line breaks between
    // requests, so this does not close the connection by itself.
    for (const socket of idle) if (!closed.has(socket)) socket.write('\r\n')
    return idle.length - closed.size
  }
  await expect.poll(countOpen, { timeout: 30_000 }).toBe(0)
})
