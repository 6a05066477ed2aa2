import { foldTypos } from './fold-word'

/** Each opens a phrase whose place in a question changes nothing: "in git, how …" and "how … in git". */
const openers = Object.freeze(
  'in on at under for with from by during using to into about of near within over after before without'
    .split(' ')
    .map(foldTypos),
)
const askers = Object.freeze(['what', 'who', 'when', 'where', 'why', 'how', 'can', 'do', 'be', 'should'].map(foldTypos))

/** More words are more than one thought, and their order may carry it. */
const maxWords = 30

/**
 * A folded question with its phrases in an order of our own: what comes first stays first, then the phrases that open
 * with a preposition, each kept together with all that follows it; of "difference between A and B" the two sides.
 */
export function orderPhrases(words: readonly string[]): string[] {
  if (words.length > maxWords) return [...words]
  const phrases: string[][] = [[]]
  for (const word of orderSides(foldOf(frontPraise(frontAuxiliary(words.map(onePlace)))))) {
    const isAsker = phrases.length === 2 && phrases[0]?.length === 0 && askers.includes(word)
    if (openers.includes(word) || isAsker) phrases.push([])
    phrases.at(-1)?.push(word)
  }
  const isMain = (phrase: string[]) => !openers.includes(phrase[0] ?? '')
  const adjuncts = phrases.filter((phrase) => !isMain(phrase)).map((phrase) => phrase.join(' '))
  return [...phrases.filter(isMain).flat(), ...adjuncts.toSorted()].filter((part) => part !== '')
}

/** Of two that are only held against each other neither comes first. */
function orderSides(words: readonly string[]): string[] {
  const between = words.indexOf(foldTypos('between'))
  const and = words.indexOf('and', between)
  if (between < 0 || and < 0 || words.indexOf('and', and + 1) > 0) return [...words]
  const after = words.findIndex((word, index) => index > and && openers.includes(word))
  const end = after < 0 ? words.length : after
  const sides = [words.slice(between + 1, and).join(' '), words.slice(and + 1, end).join(' ')]
  return [...words.slice(0, between + 1), ...sides.toSorted().join(' and ').split(' '), ...words.slice(end)]
}

const auxiliaries = Object.freeze(
  ['be', 'can', 'will', 'should', 'would', 'was', 'were', 'could', 'did', 'have'].map(foldTypos),
)

/** "Why the sky is blue" is asked like "why is the sky blue". */
function frontAuxiliary(words: readonly string[]): string[] {
  const at = words.findIndex((word) => auxiliaries.includes(word))
  if ((words[0] !== 'why' && words[0] !== 'how') || at < 2 || at > 4 || words[1] === 'to') return [...words]
  return [words[0], words[at] ?? '', ...words.slice(1, at), ...words.slice(at + 1)]
}

/** "Which job is best in India" is asked like "what is the best job in India". */
function frontPraise(words: readonly string[]): string[] {
  const at = words.indexOf('best')
  const closes = at === words.length - 1 || openers.includes(words[at + 1] ?? '')
  if (words[0] !== 'what' || at < 3 || at > 6 || words[at - 1] !== 'be' || !closes) return [...words]
  return ['what', 'be', 'best', ...words.slice(1, at - 1), ...words.slice(at + 1)]
}

/** After one of these "on" is a part of the verb. */
const particleVerbs = Object.freeze(
  'turn put get log sign switch take carry go keep move hold come try work based depend bring add pass call step build'.split(
    ' ',
  ),
)

/** Where "in", "on" and "at" say only where, they are exchanged freely: "on Quora", "in Quora". */
function onePlace(word: string, index: number, words: readonly string[]): string {
  if (word === 'at') return 'in'
  const says = word === 'on' && index < words.length - 1 && !particleVerbs.includes(words[index - 1] ?? '')
  return says ? 'in' : word
}

/** "The capital of France" is France's capital. Only where one "of" stands, so that it is plain what belongs to what. */
function foldOf(words: readonly string[]): string[] {
  const at = words.indexOf('of')
  const isNamed = /^(?:what|who|when|where)$/.test(words[0] ?? '') && words[1] === 'be'
  if (!isNamed || at < 3 || words.lastIndexOf('of') !== at || words.slice(0, at).some(opens)) return [...words]
  const next = words.findIndex((word, index) => index > at && (opens(word) || word === 'and' || word === 'that'))
  const end = next < 0 ? words.length : next
  return ['what', 'be', ...words.slice(at + 1, end), ...words.slice(2, at), ...words.slice(end)].with(0, words[0] ?? '')
}

const opens = (word: string) => openers.includes(word)
