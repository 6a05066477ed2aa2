import { dropPoliteness } from '@/lib/question-match/drop-politeness'
import { foldNumbers } from '@/lib/question-match/fold-numbers'
import { foldPhrases } from '@/lib/question-match/fold-words'
import { normalizeQuestion, openContractions, splitWords } from '@/lib/question-match/normalize-question'
import { rewriteFrames } from '@/lib/question-match/rewrite-frames'
import { foldMeaningPhrases } from './phrases'
import { isParticle, isPreposition, relationOf } from './relations'
import { isFunctionWord, isWeak } from './weak-words'
import { wordRoot } from './word-root'

/** A word on which the answer depends, with its relation to the words before it. */
export type ContentWord = {
  word: string
  root: string
  isNumber: boolean
  isNamed: boolean
  /** Whether the question has the same meaning without the word. */
  isWeak: boolean
  /** The preposition or word of direction directly before it. */
  tie: string | null
  /** Whether "and", "or" or "vs" is before it, so that it is the second of two sides. */
  joins: boolean
  /** Whether it directly follows another content word. */
  follows: boolean
}

/** A parsed question, as the rules of the guard use it. */
export type Reading = {
  kind: QuestionKind
  words: readonly string[]
  content: readonly ContentWord[]
  relations: readonly { relation: string; anchor: string | null }[]
  /** Particles of phrasal verbs, such as "up" and "away". */
  particles: readonly string[]
  negations: number
  isPast: boolean
}

const negations = Object.freeze('not no never nobody nothing none neither nor cannot nowhere hardly'.split(' '))
const past = Object.freeze(['was', 'were', 'did', 'had'])
const joiners = Object.freeze(['and', 'or', 'vs'])
const determiners = Object.freeze(['a', 'an', 'the', 'my', 'your', 'our', 'some', 'any'])

/** Function words that are not names, even if a title capitalizes them. */
const plainWords = Object.freeze(
  `a an the is are was were be do does did i you we my our your to of in on for with and from what which how when where
  why`.split(/\s+/),
)

const directions = Object.freeze(['to', 'from', 'into', 'about', 'by'])

/**
 * Returns whether a preposition has no object after it, as in "to fly to in Italy" and "to fly from in Italy". It
 * then is the only word that expresses the direction, so it must count as a relation.
 */
const isStranded = (words: readonly string[], index: number) =>
  directions.includes(words[index] ?? '') && (words[index + 1] === undefined || isPreposition(words[index + 1] ?? ''))

/** Returns whether the word is a quantifier after the verb: "are some snakes blind", "do any birds hunt". */
const isQuantifier = (words: readonly string[], index: number) =>
  index === 1 && ['some', 'any'].includes(words[index] ?? '')

/** Parses a short English question in one pass over its words. */
export function readQuestion(text: string): Reading {
  const opened = openContractions(dropPoliteness(normalizeQuestion(text), { closingOnly: false }).replaceAll('"', ''))
  const plain = rewriteFrames(
    foldMeaningPhrases(foldPhrases(opened.replace(/\bper ?cent\b/g, '%').replace(/\bversus\b/g, 'vs'))),
  )
  const words = foldNumbers(splitWords(plain))
  const names = properNames(text)
  const content: ContentWord[] = []
  const relations: { relation: string; anchor: string | null }[] = []
  const unanchored: { relation: string; anchor: string | null }[] = []
  let tie: string | null = null
  let joins = false
  let lastAt = -1
  for (const [index, marked] of words.entries()) {
    // The mark `.abbr` means that the capital letter gives the word another meaning, so its root keeps
    // the mark and does not match the lower-case word.
    const word = marked.replace(/\.abbr$/, '')
    const isNamed = names.has(word) && (marked !== word || !plainWords.includes(word))
    // Inside a question "when" expresses a condition, like "if".
    const relation = isNamed
      ? null
      : (relationOf(word === 'when' && index > 0 ? 'if' : word) ??
        (isStranded(words, index) || isQuantifier(words, index) ? word : null))
    if (relation) {
      const found = { relation, anchor: null }
      relations.push(found)
      unanchored.push(found)
      tie = relation
    } else if (!isNamed && joiners.includes(word)) joins = true
    else if (!isNamed && isParticle(word)) continue
    else if (!isNamed && isPreposition(word)) tie = word
    else if (!isNamed && (negations.includes(word) || isFunctionWord(word))) {
      // The "to" of "how to" is an infinitive marker and not a preposition.
      if (word === 'to') tie = words[index - 1] === 'how' ? null : 'to'
      else if (!determiners.includes(word)) tie = null
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
      for (const found of unanchored.splice(0)) found.anchor = root
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

/** Returns whether capital letters can identify names. They cannot in titles and in texts that are all capitals. */
const hasMeaningfulCapitals = (words: readonly string[]) => {
  const capital = words.filter((word) => /^\p{Lu}/u.test(word)).length
  return capital <= words.length / 2 || words.length < 4
}

/**
 * Returns the words of a text that are written like names: capitalized inside a sentence, in capitals, or with a
 * capital letter inside the word. The result is in lower case, because it is compared with normalized words.
 */
function properNames(text: string): ReadonlySet<string> {
  const tokens = text.match(/[.?!:]|[\p{L}\p{N}]+/gu) ?? []
  const words = tokens.filter((token) => /[\p{L}\p{N}]/u.test(token))
  const names = new Set<string>()
  if (!hasMeaningfulCapitals(words)) return names
  for (const [index, token] of tokens.entries()) {
    const isSentenceStart = index === 0 || /[.?!:]/.test(tokens[index - 1] ?? '')
    const isName = /^\p{Ll}*\p{Lu}/u.test(token) && !(token === 'I')
    if (isName && (!isSentenceStart || /^.+\p{Lu}/u.test(token))) names.add(token.toLowerCase())
  }
  return names
}

/** The interrogative or form of a question. `none` means a fragment or a command. */
type QuestionKind = string

const yesOrNo =
  /^(?:is|are|am|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|whether)\b/
const asker =
  /(?:^|[,:;.?!] ?)(?:and |so |then )?(how to|how (?:many|much|long|far|often|old|big|tall|fast|high|deep|heavy|large|small)|what|which|who|whom|whose|when|where|why|how)\b/

/** A yes-or-no question in the form of a statement, such as "VoIP is legal in India?". */
const statement = /^(?!(?:please|i|my|we|the way|best|how)\b)(?:the )?\S+ (?:\S+ )?(?:is|are|was|were) \S+/

/** Returns the kind of a question. Yes-or-no questions about ability, obligation and facts are different kinds. */
function questionKind(question: string): QuestionKind {
  const first = asker.exec(question)
  if (first && (first.index === 0 || !yesOrNo.test(question)))
    return first[1] === 'which' ? 'what' : (first[1] ?? 'none')
  const auxiliary = yesOrNo.exec(question)?.[0]
  if (!auxiliary) return first?.[1] ?? (statement.test(question) ? 'whether' : 'none')
  if (/^(?:can|could|may|might)$/.test(auxiliary)) return 'whether one can'
  return /^(?:shall|should|must)$/.test(auxiliary) ? 'whether one should' : 'whether'
}

/** Kinds that may share an answer. The answer to "how" also answers "can one", and a fragment fits several kinds. */
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

/** Returns whether questions of these two kinds may share an answer. */
export function areKindsAlike(a: QuestionKind, b: QuestionKind): boolean {
  if (a === b) return true
  return alike.some((kinds) => kinds.includes(a) && kinds.includes(b))
}
