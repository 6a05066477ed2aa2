/** Fifty MCP clients of two users send calls with the same ids while servers are killed. */
import { setInterval } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '@/tests/integration/chat-client'
import { makeKey } from '@/tests/integration/key-client'
import { callTool, mcpCall } from '@/tests/integration/mcp-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { createKiller } from './killer'
import { isAnswer, retryUntilAnswered } from './retry-until-answered'

const clients = 50
/** MCP_CALLS=100 makes 5,000 calls. A fifth of them is nearly as likely to find an error in a fifth of the time. */
const callsEach = Number(process.env.MCP_CALLS ?? 20)
const killEveryMs = 2_000
const timeoutMs = 300_000

let goldfish: Goldfish
beforeAll(async () => {
  // The last instance that is up must serve all clients at once, which would wait for
  // each other with fewer connections.
  goldfish = await startGoldfish({
    instances: 3,
    env: { RATE_LIMITS: '{"mcp":"1000000/60"}', DATABASE_POOL_MAX: '40' },
  })
})
afterAll(() => goldfish?.stop())

test(
  `${clients} MCP clients with the same ids get the answers to their own ${clients * callsEach} calls while servers are killed`,
  async () => {
    const owners = await Promise.all(
      ['quokka', 'wombat'].map(async (canary) => {
        const person = await signUp(goldfish.url)
        return { canary, email: person.email, key: (await makeKey(person, ['mcp', 'todos:read', 'todos:write'])).key }
      }),
    )
    const killer = createKiller(goldfish.instances)
    const over = new AbortController()
    const killing = (async () => {
      try {
        for await (const _ of setInterval(killEveryMs, null, { signal: over.signal })) {
          const instance = killer.up()[killer.kills.length % killer.up().length]
          if (instance) killer.kill(instance)
        }
      } catch {
        // The calls are done, so the timer was aborted.
      }
    })()
    const findings: string[] = []
    const call = async (owner: (typeof owners)[number], client: number, id: number) => {
      const title = `${owner.canary} ${client} ${id}`
      const isWrite = id % 2 === 0
      const [name, input] = isWrite ? ['create_todo', { title }] : ['list_todos', {}]
      const answer = await retryUntilAnswered(title, async () => {
        const sent = await mcpCall(goldfish.url, owner.key, 'tools/call', { name, arguments: input }, { id })
        if (!isAnswer(sent)) return null
        const foreign = owners.find(({ canary }) => canary !== owner.canary && sent.text.includes(canary))
        if (foreign) findings.push(`${title} received data of ${foreign.canary}`)
        if (sent.rpc?.id !== id) findings.push(`${title} got the answer to ${String(sent.rpc?.id)}`)
        // A tool that cannot reach the database fails, but its call is still answered with 200 and must be repeated.
        const hasFailed = (sent.rpc?.result as { isError?: boolean } | undefined)?.isError
        return hasFailed ? null : sent
      })
      if (isWrite && !answer.text.includes(title))
        findings.push(`${title} got ${answer.status} ${answer.text.slice(0, 200)}`)
      if (!isWrite && answer.status !== 200) findings.push(`${title} got ${answer.status}`)
    }
    await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const owner = owners[client % owners.length]
        for (let id = 0; owner && id < callsEach; id++) await call(owner, client, id)
      }),
    )
    over.abort()
    await killing
    await killer.untilUp(3)
    expect(findings).toEqual([])
    expect(killer.kills.length).toBeGreaterThan(0)
    for (const { canary, email, key } of owners) {
      const titles = await goldfish.sql<{ title: string }>(
        'select title from todo join "user" u on u.id = user_id where email = $1',
        [email],
      )
      expect(titles.filter(({ title }) => !title.startsWith(canary))).toEqual([])
      // A call whose server died was repeated. Its todo may therefore exist twice, but it must exist.
      expect(new Set(titles.map(({ title }) => title)).size).toBe((clients / owners.length) * Math.ceil(callsEach / 2))
      expect((await callTool(goldfish.url, key, 'list_todos', {})).output?.hasMore).toBe(true)
    }
  },
  timeoutMs,
)
