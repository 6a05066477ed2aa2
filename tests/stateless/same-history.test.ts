/**
 * Users must see the same results on servers that are killed repeatedly, on one server,
 * and in a model without servers.
 */
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
/**
 * An interrupted turn is only ended after fifteen seconds, so many users with few
 * operations each wait at the same time.
 */
const people = 25
const operations = 500
const killEveryMs = 2000
/**
 * Kills stop after this many, because on a slow machine servers could otherwise be killed
 * faster than operations finish.
 */
const maxKills = 20
/** The run takes a minute on two free cores and longer on a busy machine. */
const timeoutMs = 400_000
const plans = Array.from({ length: people }, (_, index) => planOperations(random, operations / people, `P${index}`))
const expected = plans.map(({ steps }) => steps.map(({ observation }) => observation))

/** Signs up one user after the other, because each sign-up hashes a password. */
async function signUpAll(url: string): Promise<Person[]> {
  const users: Person[] = []
  for (const _ of plans) users.push(await signUp(url))
  return users
}
/**
 * Performs the plans of all users in parallel, the operations of each user in order. Returns the results of each user.
 */
const performAll = (users: readonly Person[]) =>
  Promise.all(users.map((person, index) => performInTurn(person, plans[index]?.steps ?? [])))

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
 * Replaces each title by the first version of its question. If a server dies after a first answer, its
 * title is not generated. After an edit of the question, the title is generated from the new version,
 * and both must be accepted here.
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
  'five hundred operations show the expected results on one instance, and the same on three instances with rolling kills',
  async () => {
    expect(plans.flatMap(({ steps }) => steps).length).toBeGreaterThanOrEqual(operations)
    const three = await startGoldfish({ instances: 3 })
    const killed = await (async () => {
      const users = await signUpAll(three.url)
      const killer = createKiller(three.instances)
      const work = performAll(users)
      const done = work.then(
        () => true,
        () => true,
      )
      for (let turn = 0; !(await Promise.race([done, pause(killEveryMs, false)])); turn++) {
        const instance = three.instances[turn % 3]
        if (instance && killer.kills.length < maxKills) killer.kill(instance)
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
  timeoutMs,
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

test(
  'operations show the expected results if all instances are restarted before each of them',
  async () => {
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
  },
  timeoutMs,
)
