import { dropPoliteness } from '@/lib/question-match/drop-politeness'
import { foldNumbers } from '@/lib/question-match/fold-numbers'
import { foldPhrases } from '@/lib/question-match/fold-words'
import { normalizeQuestion, openContractions, splitWords } from '@/lib/question-match/normalize-question'
import { rewriteFrames } from '@/lib/question-match/rewrite-frames'
import { foldMeaningPhrases } from './phrases'
import { isParticle, isPreposition, relationOf } from './relations'
import { isFunctionWord, isWeak } from './weak-words'
import { wordRoot } from './word-root'

/** A word that an answer depends on, with what ties it to the words before. */
export type ContentWord = {
  word: string
  root: string
  isNumber: boolean
  isNamed: boolean
  /** Whether a question asks for the same without it. */
  isWeak: boolean
  /** The preposition or word of direction in front of it, if it stands right there. */
  tie: string | null
  /** Whether it is one of two sides: "and", "or", "vs" stand in front of it. */
  joins: boolean
  /** Whether it stands right behind another such word. */
  follows: boolean
}

/** A question as the guard sees it. */
export type Reading = {
  kind: QuestionKind
  words: readonly string[]
  content: readonly ContentWord[]
  relations: readonly { relation: string; anchor: string | null }[]
  /** Particles of verbs. */
  particles: readonly string[]
  negations: number
  isPast: boolean
}

const negations = Object.freeze('not no never nobody nothing none neither nor cannot nowhere hardly'.split(' '))
const past = Object.freeze(['was', 'were', 'did', 'had'])
const joiners = Object.freeze(['and', 'or', 'vs'])
const steps = Object.freeze(['a', 'an', 'the', 'my', 'your', 'our', 'some', 'any'])

/** In a title these have a capital too. */
const plainWords = Object.freeze(
  `a an the is are was were be do does did i you we my our your to of in on for with and from what which how when where
  why`.split(/\s+/),
)

const ways = Object.freeze(['to', 'from', 'into', 'about', 'by'])

/** "To fly to in Italy", "to fly from in Italy": what it ties stands elsewhere, and it alone says which way. */
const isStranded = (words: readonly string[], index: number) =>
  ways.includes(words[index] ?? '') && (words[index + 1] === undefined || isPreposition(words[index + 1] ?? ''))

/** Whether the word is a quantifier after the verb: "are some snakes blind", "do any birds hunt". */
const isQuantifier = (words: readonly string[], index: number) =>
  index === 1 && ['some', 'any'].includes(words[index] ?? '')

/** Reads a short English question. Each word is looked at once. */
export function readQuestion(text: string): Reading {
  const opened = openContractions(dropPoliteness(normalizeQuestion(text), { closingOnly: false }).replaceAll('"', ''))
  const plain = rewriteFrames(
    foldMeaningPhrases(foldPhrases(opened.replace(/\bper ?cent\b/g, '%').replace(/\bversus\b/g, 'vs'))),
  )
  const words = foldNumbers(splitWords(plain))
  const names = properNames(text)
  const content: ContentWord[] = []
  const relations: { relation: string; anchor: string | null }[] = []
  const waiting: { relation: string; anchor: string | null }[] = []
  let tie: string | null = null
  let joins = false
  let lastAt = -1
  for (const [index, marked] of words.entries()) {
    // A word whose capital letter gives it another meaning, so it must not match the lower-case word.
    const word = marked.replace(/\.abbr$/, '')
    const isNamed = names.has(word) && (marked !== word || !plainWords.includes(word))
    // Inside a question "when" says on what condition, as "if" does.
    const relation = isNamed
      ? null
      : (relationOf(word === 'when' && index > 0 ? 'if' : word) ??
        (isStranded(words, index) || isQuantifier(words, index) ? word : null))
    if (relation) {
      const found = { relation, anchor: null }
      relations.push(found)
      waiting.push(found)
      tie = relation
    } else if (!isNamed && joiners.includes(word)) joins = true
    else if (!isNamed && isParticle(word)) continue
    else if (!isNamed && isPreposition(word)) tie = word
    else if (!isNamed && (negations.includes(word) || isFunctionWord(word))) {
      // "To" before a verb ties nothing.
      if (word === 'to') tie = words[index - 1] === 'how' ? null : 'to'
      else if (!steps.includes(word)) tie = null
    } else {
      const isNumber = /^\d/.test(word)
      const root = marked === word ? wordRoot(word) : marked
      content.push({
        word,
        root,
        isNumber,
        isNamed,
        isWeak: !isNamed && !isNumber && isWeak(word),
        tie,
        joins,
        follows: lastAt === index - 1,
      })
      lastAt = index
      for (const found of waiting.splice(0)) found.anchor = root
      tie = null
      joins = false
    }
  }
  return {
    kind: questionKind(plain),
    words,
    content,
    relations,
    particles: words.filter(isParticle),
    negations: words.filter((word) => negations.includes(word)).length,
    isPast: words.some((word) => past.includes(word)),
  }
}

/** Sentences in capitals, and titles, tell nothing about names. */
const tellsNames = (words: readonly string[]) => {
  const capital = words.filter((word) => /^\p{Lu}/u.test(word)).length
  return capital <= words.length / 2 || words.length < 4
}

/**
 * The words of a text that are written like names: with a capital letter inside a sentence, in capitals, or with a capital
 * inside. In small letters, as they stand in a normalised text.
 */
function properNames(text: string): ReadonlySet<string> {
  const tokens = text.match(/[.?!:]|[\p{L}\p{N}]+/gu) ?? []
  const words = tokens.filter((token) => /[\p{L}\p{N}]/u.test(token))
  const names = new Set<string>()
  if (!tellsNames(words)) return names
  for (const [index, token] of tokens.entries()) {
    const starts = index === 0 || /[.?!:]/.test(tokens[index - 1] ?? '')
    const isName = /^\p{Ll}*\p{Lu}/u.test(token) && !(token === 'I')
    if (isName && (!starts || /^.+\p{Lu}/u.test(token))) names.add(token.toLowerCase())
  }
  return names
}

/** What is asked for. `none`: a fragment or a command, which says it otherwise. */
type QuestionKind = string

const yesOrNo =
  /^(?:is|are|am|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|whether)\b/
const asker =
  /(?:^|[,:;.?!] ?)(?:and |so |then )?(how to|how (?:many|much|long|far|often|old|big|tall|fast|high|deep|heavy|large|small)|what|which|who|whom|whose|when|where|why|how)\b/

/** "VoIP is legal in India?" */
const statement = /^(?!(?:please|i|my|we|the way|best|how)\b)(?:the )?\S+ (?:\S+ )?(?:is|are|was|were) \S+/

/** Of a yes-or-no question also by which right: being able to is not being obliged to. */
function questionKind(question: string): QuestionKind {
  const first = asker.exec(question)
  if (first && (first.index === 0 || !yesOrNo.test(question)))
    return first[1] === 'which' ? 'what' : (first[1] ?? 'none')
  const auxiliary = yesOrNo.exec(question)?.[0]
  if (!auxiliary) return first?.[1] ?? (statement.test(question) ? 'whether' : 'none')
  if (/^(?:can|could|may|might)$/.test(auxiliary)) return 'whether one can'
  return /^(?:shall|should|must)$/.test(auxiliary) ? 'whether one should' : 'whether'
}

/** An answer to "how" answers "can one" too, and a fragment leaves open which it is. */
const alike = Object.freeze(
  [
    ['none', 'what'],
    ['none', 'how to'],
    ['how to', 'how', 'whether one can'],
    ['whether', 'whether one can'],
    ['how many', 'how much'],
    ['where', 'what'],
    ['who', 'what'],
  ].map((kinds) => Object.freeze(kinds)),
)

/** Whether two kinds may get one answer: the same, or such as are asked for each other. */
export function areKindsAlike(a: QuestionKind, b: QuestionKind): boolean {
  if (a === b) return true
  return alike.some((kinds) => kinds.includes(a) && kinds.includes(b))
}
