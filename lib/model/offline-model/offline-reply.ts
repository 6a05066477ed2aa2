/*
 * The text answers of the built-in model: a few rules, so that every part of the app can be tried without
 * configuration. The model states that it is not a language model, and it must not invent facts. The same messages
 * must always get the same answer, because answers are cached and tests rely on it. The first rule that returns a
 * text answers.
 */
import { blockQuote } from '@/lib/model/block-quote'
import { evaluateArithmetic } from './evaluate-arithmetic'
import { answerMarkdown } from './offline-markdown'
import { answerGreeting, answerText, type OfflineQuestion, type OfflineRule, offlineAbilities } from './offline-text'

export type OfflineMessage = { role: 'user' | 'assistant'; text: string }

const rules: readonly OfflineRule[] = [
  answerRecall,
  answerArithmetic,
  answerText,
  answerList,
  answerMarkdown,
  answerGreeting,
]

/** The maximum number of characters of a question that the rules read. */
const maxQuestionLength = 400

/** Returns the reply to the last user message, in Markdown. */
export function offlineReply(messages: readonly OfflineMessage[]): string {
  const userTexts = messages.filter(({ role }) => role === 'user').map(({ text }) => text.trim())
  const question = userTexts.at(-1) ?? ''
  const earlier = userTexts.slice(0, -1)
  // The rules match a few words, which mean nothing in a long text. Matching a long text would also take too much time.
  for (const rule of question.length > maxQuestionLength ? [] : rules) {
    const reply = rule({ question, earlier })
    if (reply !== null) return reply
  }
  return unknownAnswer
}

const unknownAnswer = `I'm the built-in **demo model**, so I can't answer that. I can:

${offlineAbilities}`

const introduction = /^(?:what(?:'s| is| are)|how much (?:is|are)|calculate|compute|solve|evaluate)\s+/i

/** Answers with the value if the whole question is an arithmetic expression. */
function answerArithmetic({ question }: OfflineQuestion): string | null {
  const expression = question.replace(introduction, '').replace(/[\s?=.!]+$/, '')
  // A date like 2026-11-21 must not be read as a subtraction.
  const value = /^\d{4}-\d\d-\d\d$/.test(expression) ? null : evaluateArithmetic(expression)
  if (value === null) return null
  if (!Number.isFinite(value))
    return `\`${expression}\` has no result that I can show: it divides by zero or is too large.`
  return `\`${expression}\` is **${formatNumber(value)}**.`
}

/** Rounds to twelve digits, so that 0.1 + 0.2 is shown as 0.3. */
const formatNumber = (value: number) => String(Number(value.toPrecision(12)))

const topics: Readonly<Record<string, string>> = {
  animal: 'otter, heron, hedgehog, lynx, octopus, badger, kingfisher, tortoise, fox, goldfish',
  city: 'Lisbon, Kyoto, Nairobi, Montréal, Tallinn, Valparaíso, Hanoi, Tbilisi, Dunedin, Bergen',
  color: 'red, orange, yellow, green, turquoise, blue, violet, pink, brown, grey',
  country: 'Portugal, Japan, Kenya, Canada, Estonia, Chile, Vietnam, Georgia, New Zealand, Norway',
  fruit: 'apple, banana, cherry, fig, grape, kiwi, mango, orange, pear, plum',
  language: 'Portuguese, Japanese, Swahili, French, Estonian, Spanish, Vietnamese, Georgian, Māori, Norwegian',
  planet: 'Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune',
  vegetable: 'carrot, leek, spinach, tomato, pumpkin, beetroot, pea, kale, onion, celery',
}

const numberWords: readonly string[] = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** Lists items of a built-in topic. */
function answerList({ question }: OfflineQuestion): string | null {
  const [, count, plural = ''] =
    question.match(
      /\b(?:list|name|give me|tell me|show me)\b(?:.*?\b(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\b)?(?:.*\W)?(\p{L}+)\W*$/iu,
    ) ?? []
  const topic = Object.entries(topics).find(([name]) =>
    isPluralOf(plural.toLowerCase().replace('colour', 'color'), name),
  )
  if (!topic) return null
  const items = topic[1].split(', ')
  const length = count === undefined ? 5 : parseNumber(count)
  const lines = items.slice(0, length).map((item, index) => `${index + 1}. ${item}`)
  const note = length > items.length ? `\n\nI know only ${items.length}.` : ''
  return `${lines.join('\n')}${note}`
}

function parseNumber(word: string): number {
  const spelled = numberWords.indexOf(word.toLowerCase())
  return Math.max(1, spelled === -1 ? Number(word) : spelled + 1)
}

const isPluralOf = (word: string, topic: string) => word === `${topic}s` || word === topic.replace(/y$/, 'ies')

/** Answers questions about the earlier messages of the conversation. */
function answerRecall({ question, earlier }: OfflineQuestion): string | null {
  const text = question.toLowerCase().replace(/[’']/g, "'")
  return recallName(text, question, earlier) ?? recallQuestions(text, earlier)
}

const introducing = /\bmy name(?: is|'s)\s+([\p{L}][\p{L}\p{M}'’-]{0,40})/iu

function recallName(text: string, question: string, earlier: readonly string[]): string | null {
  if (/\bwhat(?: is|'s) my name\b|\bwho am i\b/.test(text)) {
    const name = earlier.flatMap((message) => message.match(introducing)?.[1] ?? []).at(-1)
    return name ? `Your name is **${name}**. You told me earlier in this chat.` : 'You haven’t told me your name yet.'
  }
  const name = question.match(introducing)?.[1]
  return name ? `Nice to meet you, **${name}**. You can ask me *what is my name?* at any time.` : null
}

const aboutQuestions =
  /\b(?:did i|have i|i've|was my|were my|is my|are my)\b.*\b(?:ask|asked|say|said|write|wrote|written|sent|questions?|messages?)\b|\b(?:summari[sz]e|recap)\b.*\b(?:conversation|chat|this|us|so far)\b|^(?:summari[sz]e|recap)\W*$/

function recallQuestions(text: string, earlier: readonly string[]): string | null {
  if (!aboutQuestions.test(text)) return null
  const last = earlier.at(-1)
  if (last === undefined) return 'Nothing yet. This is the first message of this chat.'
  if (/\bhow many\b/.test(text)) return `**${earlier.length}** before this one. This is number ${earlier.length + 1}.`
  if (/\bfirst\b/.test(text)) return `Your first message was:\n\n${blockQuote(earlier[0] ?? '')}`
  if (/\b(?:last|before this|previous|just)\b/.test(text)) return `Your previous message was:\n\n${blockQuote(last)}`
  const lines = earlier.map((message, index) => `${index + 1}. ${firstLine(message)}`)
  return `So far you wrote:\n\n${lines.join('\n')}`
}

function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1)
  return line.length > 120 ? `${line.slice(0, 120)} …` : line
}
