/**
 * Sends turns while servers are repeatedly killed with -9. Everything that a server has
 * confirmed to a client must hold.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUpMany, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { createKiller, type Killer } from './killer'
import { chaosSeed, seededRandom } from './seeded-random'
import { type SettledTurn, sendUntilSettled } from './send-until-settled'
import { requestReadiness, watchSlowness } from './watch-slowness'

/** `npm run soak` sends more. */
const sends = Number(process.env.CHAOS_SENDS ?? 400)
const people = 12
/**
 * Each user chats in several conversations at once, because a conversation whose server died is blocked for a while.
 */
const conversationsAtOnce = 3
const turnsPerConversation = 12
/** One of this many sends kills its own server at a planned moment. Other turns on that server will lose it too. */
const killEvery = 32
/**
 * The maximum age of text that may be lost. If the machine stalls, the next save is
 * late, and that delay is subtracted.
 */
const maxUnsavedMs = 500

/** The run takes a minute and a half on two free cores and longer on a busy machine. */
const timeoutMs = 400_000

const random = seededRandom(chaosSeed())

let goldfish: Goldfish
let killer: Killer
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
  killer = createKiller(goldfish.instances)
})
afterAll(() => goldfish?.stop())

type Moment = { when: 'first byte' | 'midway'; afterMs: number } | { when: 'finish' }
/** `slowMs` is how long a save on this server had to wait before the server was killed. */
type Killed = { at: number; slowMs: number }
type Plan = { text: string; moment: Moment | null; on: number }
type Outcome = { turnId: string; conversationId: string; text: string; turn: SettledTurn; killed: Killed | null }

/** All random decisions are made before the first send. */
const plans: Plan[] = Array.from({ length: sends }, (_, index) => {
  const isVictim = index % killEvery === killEvery - 1
  const moment = isVictim ? random.pick([...Array.from({ length: 3 }, firstByte), finish(), midway()]) : null
  const isLong = moment?.when === 'midway' || random.below(50) === 0
  const pace = isLong ? '[stub:tokens=150] [stub:gap=10]' : random.pick(['', '[stub:tokens=10] [stub:gap=8]'])
  return { text: `${pace} Question ${index}`, moment, on: random.below(3) }
})

function firstByte(): Moment {
  return { when: 'first byte', afterMs: random.below(51) }
}
function finish(): Moment {
  return { when: 'finish' }
}
function midway(): Moment {
  return { when: 'midway', afterMs: 600 + random.below(800) }
}

/** Sends one turn. A turn with a planned kill is sent directly to the instance that will be killed. */
async function send(person: Person, conversationId: string, { text, moment, on }: Plan): Promise<Outcome> {
  const message = userMessage(text)
  const request = { conversationId, message, turnId: message.id }
  let killed: Killed | null = null
  const outcome = async (options: Parameters<typeof sendUntilSettled>[2]) => {
    const turn = await sendUntilSettled(person, request, options)
    return { turnId: message.id, conversationId, text, turn, killed }
  }
  if (moment === null) return outcome({})
  await killer.untilUp(2)
  const instance = killer.up()[on % killer.up().length]
  if (!instance) throw new Error('no instance is up')
  // A new process must load the health route first, which would be measured as a delay although no save waits for it.
  await requestReadiness(instance.url).catch(() => undefined)
  const kill = (slowMs: number) => {
    if (killer.kill(instance)) killed = { at: Date.now(), slowMs }
  }
  const killAfter = (milliseconds: number) => {
    const { pid } = instance
    const slowness = watchSlowness(instance.url)
    setTimeout(() => {
      const slowMs = slowness.end()
      // If another turn has killed this server meanwhile, the instance is a new process and must not be killed.
      if (instance.pid === pid) kill(slowMs)
    }, milliseconds)
  }
  return outcome({
    first: personAt(instance.url, person, goldfish.url),
    watcher: moment.when === 'finish' ? { onFinish: () => kill(0) } : { onFirstByte: () => killAfter(moment.afterMs) },
  })
}

const rows = () =>
  goldfish.sql<{ id: string; turnId: string; role: string; status: string; text: string; seq: number }>(`
    select id, turn_id as "turnId", role, status, seq,
      coalesce((select string_agg(part ->> 'text', '') from jsonb_array_elements(parts) part), '') as text
    from message order by conversation_id, seq`)

test(
  'no acknowledged turn is lost or duplicated while servers are killed',
  async () => {
    const outcomes: Outcome[] = []
    const persons = await signUpMany(goldfish.url, people)
    const remainingPlans = plans.values()
    const work = async (person: Person) => {
      let conversationId = v7()
      let turns = 0
      // All workers share one iterator and take the next plan from it.
      for (const plan of remainingPlans) {
        if (turns++ % turnsPerConversation === 0) conversationId = v7()
        outcomes.push(await send(person, conversationId, plan))
      }
    }
    await Promise.all(persons.flatMap((person) => Array.from({ length: conversationsAtOnce }, () => work(person))))
    await killer.untilUp(3)

    const lastKill = killer.kills.at(-1)?.at ?? 0
    const running = () => goldfish.sql(`select id from message where status = 'streaming'`)
    await expect.poll(running, { timeout: Math.max(5_000, lastKill + 35_000 - Date.now()), interval: 500 }).toEqual([])

    const stored = await rows()
    const of = (role: string) => new Map(stored.filter((row) => row.role === role).map((row) => [row.turnId, row]))
    const [questions, answers] = [of('user'), of('assistant')]
    expect(outcomes).toHaveLength(sends)
    expect(outcomes.filter(({ turnId, text }) => questions.get(turnId)?.text !== text)).toEqual([])
    expect(stored).toHaveLength(2 * sends)
    expect(questions.size).toBe(sends)
    expect(answers.size).toBe(sends)

    const finished = outcomes.flatMap(({ turnId, turn }) =>
      turn.streams.filter(({ end }) => end === 'finish').map(({ text, messageId }) => ({ turnId, text, messageId })),
    )
    const isStoredWhole = ({ turnId, text, messageId }: (typeof finished)[number]) => {
      const row = answers.get(turnId)
      return row?.status === 'complete' && row.text === text && row.id === messageId
    }
    expect(finished.filter((seen) => !isStoredWhole(seen))).toEqual([])

    const cut = outcomes.filter(({ turn }) => turn.status !== 'complete')
    expect(new Set(cut.map(({ turn }) => turn.status))).toEqual(new Set(['interrupted']))
    const unsaved = outcomes.flatMap(({ turnId, turn, killed }) => {
      const savedText = answers.get(turnId)?.text ?? ''
      for (const { text } of turn.streams)
        expect(savedText.startsWith(text) || text.startsWith(savedText), `one text: ${turnId}`).toBe(true)
      const firstLost = turn.streams[0]?.growth.find(({ length }) => length > savedText.length)
      return killed === null || !firstLost ? [] : [{ ageMs: killed.at - firstLost.at, slowMs: killed.slowMs }]
    })
    process.stderr.write(
      `${killer.kills.length} kills, ${cut.length} turns interrupted; age of the text that was lost, and slowness, in ms: ${unsaved.map(({ ageMs, slowMs }) => `${ageMs} (${slowMs})`).join(', ')}\n`,
    )
    expect(unsaved.filter(({ ageMs, slowMs }) => ageMs - slowMs >= maxUnsavedMs)).toEqual([])
  },
  timeoutMs,
)
