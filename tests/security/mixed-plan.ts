import type { SeededRandom } from '@/tests/chaos/seeded-random'

/** What one person does next. `topic` says which questions ask the same; nobody else may be answered if it is `personal`. */
export type MixedStep =
  | { do: 'ask'; topic: string; text: string; personal: boolean; inNew: boolean; cache: 'default' | 'bypass' | 'only' }
  | { do: 'ask twice at once'; topic: string; text: string }
  | { do: 'regenerate' | 'dislike' | 'delete' | 'sign out' | 'write down' }
  | { do: 'prefer'; answerCache: 'shared' | 'private' | 'off' }

const countries = Object.freeze('Norway Chile Kenya Vietnam Portugal Iceland Bolivia Morocco'.split(' '))
const miles = Object.freeze(['5', '6', '15', '50'])

type Topic = readonly [topic: string, wordings: readonly string[]]

/** Asked so often that the same follow-up comes after it in many conversations. */
const popularTopic = about('iron', [
  'What are the symptoms of iron deficiency in adults?',
  'What are the signs of iron deficiency in adults?',
  'Please tell me what the symptoms of iron deficiency in adults are.',
])
const popularFollowUp = 'And for children?'

/** Questions that anybody may ask, each in several wordings. Their neighbours differ in one name or number only. */
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

/** They mean nothing by themselves. */
const followUps = Object.freeze([popularFollowUp, 'Why is that?', 'Tell me more about it.', 'And in winter?', 'yes'])

function about(topic: string, wordings: readonly string[]): Topic {
  return [topic, wordings]
}

/** The word that stands in what this person keeps to themselves, and all of them have in common. */
export const canaryStem = 'Quokkazanzibarine'
export const canaryOf = (person: number) =>
  `${canaryStem}${String.fromCharCode(97 + Math.floor(person / 26), 97 + (person % 26))}x`

/** Words of the questions that no key and no sealed value has by chance. */
export const commonWords = Object.freeze([
  ...['capital of', 'vaccination', 'traveller', 'kilometre', 'deficiency', 'symptoms', 'children', 'answer '],
  ...['portugal', 'morocco', 'vietnam', 'grandmother', '@example.com', 'helpful assistant'],
])

/** Makes up what a person does next: mostly questions that others ask too. */
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

/** Everybody asks these in the same words but for the one that is theirs, and for the ones without it. */
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
