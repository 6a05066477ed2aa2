/** S01, S03: what people did and see is the same on servers that die all the time, on one that lives, and on none. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createKiller } from '@/tests/chaos/killer'
import { chaosSeed, seededRandom } from '@/tests/chaos/seeded-random'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { startGoldfish } from '@/tests/services/goldfish'
import { type Expected, type Operation, type Plan, planOperations } from './operations'
import { createPerformer } from './perform'
import { createReferenceModel, type Observation } from './reference-model'

const random = seededRandom(chaosSeed())
/** A turn whose server died is given up after fifteen seconds: many people with little to do each wait for that at once. */
const people = 25
const operations = 500
const killEveryMs = 2000
/** Then they are left alone: on a slow machine the servers would otherwise be killed faster than anybody gets anywhere. */
const mostKills = 20
/** A minute on two free cores; what is waited for is a condition, and on busy ones that takes longer. */
const patienceMs = 400_000
const plans = Array.from({ length: people }, (_, index) => planOperations(random, operations / people, `P${index}`))
const expected = plans.map(({ steps }) => steps.map(({ observation }) => observation))

/** One after the other: each costs a password's hash, and that is not what is looked at here. */
async function signUpAll(url: string): Promise<Person[]> {
  const everybody: Person[] = []
  for (const _ of plans) everybody.push(await signUp(url))
  return everybody
}
/** Everybody at once, each one operation after the other; what each of them was shown. */
const performAll = (everybody: readonly Person[]) =>
  Promise.all(everybody.map((person, index) => performInTurn(person, plans[index]?.steps ?? [])))

async function performInTurn(person: Person, plan: readonly Expected[], before: () => Promise<unknown> = noop) {
  const perform = createPerformer(person)
  const seen: (Observation | null)[] = []
  for (const { operation } of plan) {
    await before()
    seen.push(await perform(operation))
  }
  return seen
}
const noop = () => Promise.resolve()

/**
 * A server that dies after a first answer takes the title with it that it was about to ask for. If the first question is
 * edited then, the title is asked for with the new one; which of the two it is counts for nothing here.
 */
function withFirstTitles(seen: readonly (Observation | null)[], { firstQuestions }: Plan): (Observation | null)[] {
  const first = (title: string) => firstQuestions.get(title) ?? title
  return seen.map((observation) => {
    if (observation === null || 'branch' in observation) return observation
    if ('found' in observation) return { found: observation.found.map(first) }
    return { ...observation, list: observation.list.map(first) }
  })
}

test(
  'five hundred operations with rolling kills on three instances show what they show on one, and what they must',
  async () => {
    expect(plans.flatMap(({ steps }) => steps).length).toBeGreaterThanOrEqual(operations)
    const three = await startGoldfish({ instances: 3 })
    const killed = await (async () => {
      const everybody = await signUpAll(three.url)
      const killer = createKiller(three.instances)
      const work = performAll(everybody)
      const done = work.then(
        () => true,
        () => true,
      )
      for (let turn = 0; !(await Promise.race([done, pause(killEveryMs, false)])); turn++) {
        const instance = three.instances[turn % 3]
        if (instance && killer.kills.length < mostKills) killer.kill(instance)
      }
      const seen = await work.finally(() => killer.untilUp(3))
      const interrupted = await three.sql(`select 1 from message where status = 'interrupted'`)
      process.stderr.write(`${killer.kills.length} kills, ${interrupted.length} turns interrupted\n`)
      expect(killer.kills.length).toBeGreaterThan(2)
      return seen
    })().finally(three.stop)

    const one = await startGoldfish({ instances: 1 })
    const quiet = await signUpAll(one.url).then(performAll).finally(one.stop)

    expect(quiet).toEqual(expected)
    expect(killed.map((seen, index) => withFirstTitles(seen, plans[index] as Plan))).toEqual(quiet)
  },
  patienceMs,
)

const shortList: Operation[] = [
  { do: 'send', conversation: 0, text: 'Kim asks' },
  { do: 'send', conversation: 0, text: 'Kim asks again' },
  { do: 'theme', theme: 'dark' },
  { do: 'write down', todo: 0, title: 'Kim needs tea' },
  { do: 'write down', todo: 1, title: 'Kim needs milk' },
  { do: 'edit', conversation: 0, message: 2, text: 'Kim asks better' },
  { do: 'regenerate', conversation: 0, message: 5 },
  { do: 'read', conversation: 0 },
  { do: 'rename', conversation: 0, title: 'Tea with Kim' },
  { do: 'search', text: 'kim bett' },
  { do: 'search', text: 'with te' },
  { do: 'delete', conversation: 0 },
  { do: 'search', text: 'kim' },
  { do: 'tick', todo: 0 },
  { do: 'cross out', todo: 1 },
  { do: 'list' },
  { do: 'restore', conversation: 0 },
  { do: 'list' },
]

test('the same with all instances restarted before every operation', async () => {
  const goldfish = await startGoldfish({ instances: 2 })
  try {
    const model = createReferenceModel()
    const plan = shortList.map((operation) => ({ operation, observation: model.apply(operation) }))
    const restart = () => Promise.all(goldfish.instances.map((instance) => instance.restart()))
    const seen = await performInTurn(await signUp(goldfish.url), plan, restart)
    expect(seen).toEqual(plan.map(({ observation }) => observation))
  } finally {
    await goldfish.stop()
  }
})
