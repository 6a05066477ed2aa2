/**
 * The words of the built-in model: a handful of rules, so that every part of the app can be tried with nothing set up.
 * It says what it is and never makes anything up. The same messages always get the same words: answers are cached, and
 * tests rely on it. The first rule that has something to say answers.
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

const longestQuestion = 400

/** The reply to the last user message, in Markdown. */
export function offlineReply(messages: readonly OfflineMessage[]): string {
  const asked = messages.filter(({ role }) => role === 'user').map(({ text }) => text.trim())
  const question = asked.at(-1) ?? ''
  const earlier = asked.slice(0, -1)
  // A rule looks for a few words. In a page of text they mean nothing, and looking would take long.
  for (const rule of question.length > longestQuestion ? [] : rules) {
    const reply = rule({ question, earlier })
    if (reply !== null) return reply
  }
  return admitDefeat({ question, earlier })
}

function admitDefeat({ question, earlier }: OfflineQuestion): string {
  const asked = question === '' ? 'You sent no text.' : `You wrote:\n\n${blockQuote(question)}`
  return `I cannot answer that: I am the **offline model** that comes with Goldfish, a few rules and no language model. ${asked}

It was message number ${earlier.length + 1} of yours in this conversation. It came to me with all that was said before, \
read from the database for this one answer. What I can do:

${offlineAbilities}`
}

const introduction = /^(?:what(?:'s| is| are)|how much (?:is|are)|calculate|compute|solve|evaluate)\s+/i

/** Does a sum, if the whole question is one. */
function answerArithmetic({ question }: OfflineQuestion): string | null {
  const expression = question.replace(introduction, '').replace(/[\s?=.!]+$/, '')
  // 2026-11-21 is a date, and nobody wants to know that it is 1994.
  const value = /^\d{4}-\d\d-\d\d$/.test(expression) ? null : evaluateArithmetic(expression)
  if (value === null) return null
  if (!Number.isFinite(value))
    return `\`${expression}\` has no value that I could write down: it divides by zero, or is too large.`
  return `\`${expression}\` is **${written(value)}**.`
}

/** Twelve digits: what a reader expects of 0.1 + 0.2. */
const written = (value: number) => String(Number(value.toPrecision(12)))

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

const numbers: readonly string[] = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** A list of things it knows by heart. */
function answerList({ question }: OfflineQuestion): string | null {
  const [, many, plural = ''] =
    question.match(
      /\b(?:list|name|give me|tell me|show me)\b(?:.*?\b(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\b)?(?:.*\W)?(\p{L}+)\W*$/iu,
    ) ?? []
  const known = Object.entries(topics).find(([topic]) =>
    isPluralOf(plural.toLowerCase().replace('colour', 'color'), topic),
  )
  if (!known) return null
  const items = known[1].split(', ')
  const wanted = many === undefined ? 5 : numberOf(many)
  const lines = items.slice(0, wanted).map((item, index) => `${index + 1}. ${item}`)
  const short = wanted > items.length ? `\n\nI know only ${items.length} by heart.` : ''
  return `${lines.join('\n')}${short}`
}

function numberOf(word: string): number {
  const spelled = numbers.indexOf(word.toLowerCase())
  return Math.max(1, spelled === -1 ? Number(word) : spelled + 1)
}

const isPluralOf = (word: string, topic: string) => word === `${topic}s` || word === topic.replace(/y$/, 'ies')

/** What has been said before, from the history that came with the question. */
function answerRecall({ question, earlier }: OfflineQuestion): string | null {
  const text = question.toLowerCase().replace(/[’']/g, "'")
  return recallName(text, question, earlier) ?? recallQuestions(text, earlier)
}

const introducing = /\bmy name(?: is|'s)\s+([\p{L}][\p{L}\p{M}'’-]{0,40})/iu

function recallName(text: string, question: string, earlier: readonly string[]): string | null {
  if (/\bwhat(?: is|'s) my name\b|\bwho am i\b/.test(text)) {
    const name = earlier.flatMap((message) => message.match(introducing)?.[1] ?? []).at(-1)
    return name ? `You are **${name}**: you told me so in this conversation.` : 'You have not told me your name here.'
  }
  const name = question.match(introducing)?.[1]
  return name ? `Pleased to meet you, **${name}**. Ask me *what is my name?* whenever you like.` : null
}

const aboutQuestions =
  /\b(?:did i|have i|i've|was my|were my|is my|are my)\b.*\b(?:ask|asked|say|said|write|wrote|written|sent|questions?|messages?)\b|\b(?:summari[sz]e|recap)\b.*\b(?:conversation|chat|this|us|so far)\b|^(?:summari[sz]e|recap)\W*$/

function recallQuestions(text: string, earlier: readonly string[]): string | null {
  if (!aboutQuestions.test(text)) return null
  const last = earlier.at(-1)
  if (last === undefined) return 'Nothing yet: this is the first message of the conversation.'
  if (/\bhow many\b/.test(text))
    return `**${earlier.length}** before this one, so this is number ${earlier.length + 1}.`
  if (/\bfirst\b/.test(text)) return `Your first message was:\n\n${blockQuote(earlier[0] ?? '')}`
  if (/\b(?:last|before this|previous|just)\b/.test(text)) return `Before this you wrote:\n\n${blockQuote(last)}`
  const lines = earlier.map((message, index) => `${index + 1}. ${firstLine(message)}`)
  return `So far you wrote:\n\n${lines.join('\n')}`
}

function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1)
  return line.length > 120 ? `${line.slice(0, 120)} …` : line
}
