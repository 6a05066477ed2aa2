import type { SeededRandom } from '@/tests/chaos/seeded-random'

/**
 * The next step of a user. Questions with the same `topic` have the same meaning. If it is `personal`,
 * its answer must not be shared.
 */
export type MixedStep =
  | { do: 'ask'; topic: string; text: string; personal: boolean; inNew: boolean; cache: 'default' | 'bypass' | 'only' }
  | { do: 'ask twice at once'; topic: string; text: string }
  | { do: 'regenerate' | 'dislike' | 'delete' | 'sign out' | 'write down' }
  | { do: 'prefer'; answerCache: 'shared' | 'private' | 'off' }

const countries = Object.freeze('Norway Chile Kenya Vietnam Portugal Iceland Bolivia Morocco'.split(' '))
const miles = Object.freeze(['5', '6', '15', '50'])

type Topic = readonly [topic: string, wordings: readonly string[]]

/** Is asked so often that the same follow-up question comes after it in many conversations. */
const popularTopic = about('iron', [
  'What are the symptoms of iron deficiency in adults?',
  'What are the signs of iron deficiency in adults?',
  'Please tell me what the symptoms of iron deficiency in adults are.',
])
const popularFollowUp = 'And for children?'

/** Questions that can be shared, each in several wordings. Similar topics differ in only one name or number. */
const topics: readonly Topic[] = Object.freeze([
  popularTopic,
  ...countries.map((name) =>
    about(`capital ${name}`, [`What is the capital of ${name}?`, `what's the capital of ${name}`]),
  ),
  ...countries.map((name) =>
    about(`vaccines ${name}`, [
      `Which vaccinations does a traveller need for ${name}?`,
      `Hi, which vaccinations does a traveller need for ${name}? Thanks!`,
      `What vaccinations does a traveler require for ${name}?`,
    ]),
  ),
  ...miles.map((count) =>
    about(`miles ${count}`, [`How many kilometres are ${count} miles?`, `How many kilometers are ${count} miles`]),
  ),
  about('iron children', ['What are the symptoms of iron deficiency in children?']),
])

/** Questions whose meaning depends on the question before them. */
const followUps = Object.freeze([popularFollowUp, 'Why is that?', 'Tell me more about it.', 'And in winter?', 'yes'])

function about(topic: string, wordings: readonly string[]): Topic {
  return [topic, wordings]
}

/**
 * The common part of all canaries. The canary of a user is a word in their personal texts that
 * must never reach another user.
 */
export const canaryStem = 'Quokkazanzibarine'
export const canaryOf = (person: number) =>
  `${canaryStem}${String.fromCharCode(97 + Math.floor(person / 26), 97 + (person % 26))}x`

/** Words of the questions that do not occur in keys or encrypted values by chance. */
export const commonWords = Object.freeze([
  ...['capital of', 'vaccination', 'traveller', 'kilometre', 'deficiency', 'symptoms', 'children', 'answer '],
  ...['portugal', 'morocco', 'vietnam', 'grandmother', '@example.com', 'helpful assistant'],
])

/** Returns a random next step for a user. Most steps are questions that other users ask too. */
export function mixedStep(random: SeededRandom, person: number): MixedStep {
  const chance = random.below(1000)
  const [topic, wordings] = random.below(3) === 0 ? popularTopic : random.pick(topics)
  const text = random.pick(wordings)
  const inNew = random.below(3) > 0
  const ask = { do: 'ask' as const, cache: 'default' as const, personal: false }
  if (chance < 520) return { ...ask, topic, text, inNew }
  if (chance < 700) {
    const followUp = random.below(2) === 0 ? popularFollowUp : random.pick(followUps)
    return { ...ask, topic: followUp, text: followUp, inNew: false }
  }
  if (chance < 800) return { ...ask, ...personal(random, person), inNew }
  if (chance < 840) return { ...ask, topic, text, inNew, cache: 'bypass' }
  if (chance < 890) return { ...ask, topic, text, inNew: true, cache: 'only' }
  if (chance < 910) return { do: 'ask twice at once', topic, text }
  if (chance < 930) return { do: 'regenerate' }
  if (chance < 950) return { do: 'dislike' }
  if (chance < 970) return { do: 'delete' }
  if (chance < 974) return { do: 'sign out' }
  if (chance < 984) return { do: 'write down' }
  return { do: 'prefer', answerCache: random.pick(['shared', 'shared', 'shared', 'private', 'off']) }
}

/** Returns a personal question. All users ask it in the same words, either with their own canary or without one. */
function personal(random: SeededRandom, person: number) {
  const canary = canaryOf(person)
  const text = random.pick([
    `Where does my grandmother ${canary} live in Portugal?`,
    'Where does my grandmother live in Portugal?',
    `Write to ${canary}@example.com about iron deficiency in adults.`,
    `How should I tell my doctor about ${canary} and iron deficiency?`,
  ])
  return { topic: `personal ${text}`, text, personal: true }
}
