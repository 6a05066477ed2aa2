/**
 * Five instances are restarted one after the other, behind HAProxy with the configuration of
 * deploy/haproxy. No client must notice it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'
import { findProgram } from '@/tests/deploy/find-program'
import { localize } from '@/tests/deploy/localize'
import { runBalancer } from '@/tests/deploy/run-balancer'
import { type Person, personAt, signUpMany } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

const config = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'haproxy', 'haproxy.cfg'), 'utf8')
const haproxy = await findProgram('haproxy', '-v')
const directory = mkdtempSync(join(tmpdir(), 'goldfish-rolling-'))

let goldfish: Goldfish
let stopBalancer: (() => Promise<void>) | undefined
let front = ''
beforeAll(async () => {
  if (!haproxy) return
  goldfish = await startGoldfish({ instances: 3, env: { DRAIN_SECONDS: '2' } })
  const port = await findFreePort()
  const file = join(directory, 'haproxy.cfg')
  const ports = goldfish.instances.map((instance) => instance.port)
  writeFileSync(file, localize(config, ports, { 'bind :80': `bind 127.0.0.1:${port}`, 'inter 2s': 'inter 200ms' }))
  stopBalancer = await runBalancer(haproxy, ['-db', '-f', file], port)
  front = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await stopBalancer?.()
  await goldfish?.stop()
  rmSync(directory, { recursive: true, force: true })
})

test.skipIf(!haproxy)(
  'no request fails and no answer is interrupted during five rolling restarts under load',
  async () => {
    const failures: string[] = []
    let requests = 0
    let isOver = false
    const attempt = async (name: string, work: () => Promise<string | null>) => {
      requests += 1
      const failure = await work().catch((error: unknown) => String(error))
      if (failure !== null) failures.push(`${name}: ${failure}`)
    }
    const whole = async (person: Person, text: string) => {
      const answer = await person.send({ conversationId: v7() }, text)
      return answer.metadata?.status === 'complete' ? null : `${answer.status} ${answer.chunks.at(-1)?.type}`
    }
    const read = async (person: Person, path: string) => {
      const response = await person.fetch(path)
      await response.text()
      return response.ok ? null : `${response.status}`
    }
    const people = await signUpMany(goldfish.url, 6)
    const loops = people.map(async (account, index) => {
      const person = personAt(front, account, goldfish.url)
      for (let round = 0; !isOver; round += 1) {
        await attempt('short answer', () => whole(person, `Question ${round} of ${index}`))
        await attempt('list', () => read(person, '/api/conversations'))
        await attempt('long answer', () => whole(person, `[stub:tokens=100] [stub:gap=25] Slowly ${round} of ${index}`))
      }
    })
    const [ada] = people
    // An answer of the longest supported duration, which starts just before the first instance is stopped.
    const longAnswer = attempt('24 s', async () =>
      ada ? whole(personAt(front, ada, goldfish.url), '[stub:tokens=240] [stub:gap=100] Very slowly') : 'no user',
    )
    await expect.poll(() => goldfish.stub.log().length).toBeGreaterThan(people.length)

    for (let restart = 0; restart < 5; restart += 1) {
      const instance = goldfish.instances[restart % goldfish.instances.length]
      expect(await instance?.terminate()).toBe(0)
      await instance?.restart()
      await expect.poll(async () => (await fetch(`${instance?.url}/api/health/ready`)).status).toBe(200)
    }
    isOver = true
    await Promise.all([longAnswer, ...loops])
    expect(failures).toEqual([])
    expect(requests).toBeGreaterThan(100)
  },
  180_000,
)
