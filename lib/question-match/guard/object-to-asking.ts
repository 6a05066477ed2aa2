import type { Objection } from './guard-verdict'
import { missing } from './object-to-relations'
import { areKindsAlike, type Reading } from './read-question'

/** Both questions ask for the same kind of thing, with the same numbers, as often denied, of the same time and person. */
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

/** "Is it A or B that …", "which one …: A or B", "should I … A or B": of two that are named one is asked for. */
const isChoice = ({ kind, words }: Reading) =>
  choices.includes(kind) && words.includes('or') && words.some((word) => preferences.includes(word))
const choices = Object.freeze(['what', 'who', 'none', 'whether', 'whether one should'])
const preferences = Object.freeze(
  `better best worse worst more less rather should prefer choose pick easier harder tougher faster slower cheaper
  safer healthier stronger bigger larger smaller older younger higher lower longer shorter`.split(/\s+/),
)

/** "How should I vote" and "how do I vote" ask for different answers. */
const advises = ({ words }: Reading) => words.includes('should')

const numbers = ({ content }: Reading) => content.flatMap(({ word, isNumber }) => (isNumber ? [word] : []))

/** A way or a reason is the same then and now; who, when and how many is not. */
const timeless = Object.freeze(['how to', 'how', 'why'])

/** "Is it safe to …" */
const asksVerdict = ({ words: [is, it, , to] }: Reading) => is === 'is' && it === 'it' && (to === 'to' || to === 'for')

const persons = Object.freeze({
  first: Object.freeze(['i', 'me', 'my', 'mine', 'myself', 'we', 'us', 'our']),
  second: Object.freeze(['you', 'your', 'yours', 'yourself']),
  owned: Object.freeze(['my', 'your', 'our', 'me', 'us', 'mine', 'yours']),
  he: Object.freeze(['he', 'him', 'his']),
  she: Object.freeze(['she', 'her', 'hers']),
})
const says = ({ words }: Reading, person: keyof typeof persons) => words.some((word) => persons[person].includes(word))

/** Verbs that make "how do you …" a question to the assistant: "How do you see …". */
const asksYou = ({ words: [how, , you, verb = ''] }: Reading) => how === 'how' && you === 'you' && views.includes(verb)
const views = Object.freeze('see view like love spend feel think know remember choose decide learn'.split(' '))

/** Where a way is asked for, or whether something can be done at all, "you" and "I" are anybody. */
function objectToPerson(a: Reading, b: Reading): Objection {
  const opposed = (one: keyof typeof persons, other: keyof typeof persons) =>
    (says(a, one) && says(b, other) && !says(b, one) && !says(a, other)) ||
    (says(b, one) && says(a, other) && !says(a, one) && !says(b, other))
  if (opposed('he', 'she')) return { rule: 'person', detail: 'he/she' }
  if (asksYou(a) !== asksYou(b)) return { rule: 'person', detail: 'you/any person' }
  if (a.kind === 'whether one should' && a.words.includes('we') !== b.words.includes('we'))
    return { rule: 'person', detail: 'I/we' }
  const isAnybody =
    a.kind === 'how to' ||
    (asksVerdict(a) && asksVerdict(b)) ||
    (a.kind === 'whether one can' && !says(a, 'owned') && !says(b, 'owned'))
  return !isAnybody && opposed('first', 'second') ? { rule: 'person', detail: 'first/second' } : null
}
