import type { Objection } from './guard-verdict'
import { missing } from './object-to-relations'
import { areKindsAlike, type Reading } from './read-question'

/** Requires that both questions have the same kind, numbers, polarity (negation), tense and person. */
export function objectToAsking(a: Reading, b: Reading): Objection {
  const [left, right] = [missing(numbers(a), numbers(b)), missing(numbers(b), numbers(a))]
  if (left.length + right.length > 0)
    return { rule: 'number', detail: `${left.join(' ') || '-'}/${right.join(' ') || '-'}` }
  if (a.negations % 2 !== b.negations % 2) return { rule: 'negation', detail: `${a.negations}/${b.negations}` }
  if (!areKindsAlike(a.kind, b.kind) && !(isChoice(a) && isChoice(b)))
    return { rule: 'question_kind', detail: `${a.kind}/${b.kind}` }
  if (advises(a) !== advises(b) && timeless.includes(a.kind)) return { rule: 'question_kind', detail: 'should/can' }
  if (a.isPast !== b.isPast && !timeless.includes(a.kind))
    return { rule: 'tense', detail: a.isPast ? 'past/present' : 'present/past' }
  return objectToPerson(a, b)
}

/** Returns whether a question asks for one of two named options: "is it A or B that …", "which one …: A or B". */
const isChoice = ({ kind, words }: Reading) =>
  choices.includes(kind) && words.includes('or') && words.some((word) => preferences.includes(word))
const choices = Object.freeze(['what', 'who', 'none', 'whether', 'whether one should'])
const preferences = Object.freeze(
  `better best worse worst more less rather should prefer choose pick easier harder tougher faster slower cheaper
  safer healthier stronger bigger larger smaller older younger higher lower longer shorter`.split(/\s+/),
)

/** Returns whether a question asks for advice. "How should I vote" and "how do I vote" have different answers. */
const advises = ({ words }: Reading) => words.includes('should')

const numbers = ({ content }: Reading) => content.flatMap(({ word, isNumber }) => (isNumber ? [word] : []))

/** Kinds whose answers do not depend on the tense. The answers to "who", "when" and "how many" do. */
const timeless = Object.freeze(['how to', 'how', 'why'])

/** Returns whether a question has the form "is it safe to …". */
const asksVerdict = ({ words: [is, it, , to] }: Reading) => is === 'is' && it === 'it' && (to === 'to' || to === 'for')

const persons = Object.freeze({
  first: Object.freeze(['i', 'me', 'my', 'mine', 'myself', 'we', 'us', 'our']),
  second: Object.freeze(['you', 'your', 'yours', 'yourself']),
  owned: Object.freeze(['my', 'your', 'our', 'me', 'us', 'mine', 'yours']),
  he: Object.freeze(['he', 'him', 'his']),
  she: Object.freeze(['she', 'her', 'hers']),
})
const mentions = ({ words }: Reading, person: keyof typeof persons) =>
  words.some((word) => persons[person].includes(word))

/** Returns whether "how do you …" is a question about the assistant, such as "how do you see …". */
const addressesAssistant = ({ words: [how, , you, verb = ''] }: Reading) =>
  how === 'how' && you === 'you' && assistantVerbs.includes(verb)
const assistantVerbs = Object.freeze('see view like love spend feel think know remember choose decide learn'.split(' '))

/**
 * Requires the same person in both questions. If a question asks how to do something, or whether it is possible,
 * "you" and "I" both mean any person and may differ.
 */
function objectToPerson(a: Reading, b: Reading): Objection {
  const opposed = (one: keyof typeof persons, other: keyof typeof persons) =>
    (mentions(a, one) && mentions(b, other) && !mentions(b, one) && !mentions(a, other)) ||
    (mentions(b, one) && mentions(a, other) && !mentions(a, one) && !mentions(b, other))
  if (opposed('he', 'she')) return { rule: 'person', detail: 'he/she' }
  if (addressesAssistant(a) !== addressesAssistant(b)) return { rule: 'person', detail: 'you/any person' }
  if (a.kind === 'whether one should' && a.words.includes('we') !== b.words.includes('we'))
    return { rule: 'person', detail: 'I/we' }
  const isGeneric =
    a.kind === 'how to' ||
    (asksVerdict(a) && asksVerdict(b)) ||
    (a.kind === 'whether one can' && !mentions(a, 'owned') && !mentions(b, 'owned'))
  return !isGeneric && opposed('first', 'second') ? { rule: 'person', detail: 'first/second' } : null
}
