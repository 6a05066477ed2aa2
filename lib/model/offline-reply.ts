/**
 * The words of the built-in model: a handful of rules, so that every part of the app can be tried with nothing set up.
 * It says what it is and never makes anything up. The same messages always get the same words: answers are cached, and
 * tests rely on it. The first rule that has something to say answers.
 */
import { blockQuote } from './block-quote'
import { offlineAbilities } from './offline-abilities'
import { answerArithmetic } from './offline-arithmetic'
import { answerGreeting } from './offline-greeting'
import { answerList } from './offline-list'
import { answerMarkdown } from './offline-markdown'
import type { OfflineQuestion, OfflineRule } from './offline-question'
import { answerRecall } from './offline-recall'
import { answerText } from './offline-text'

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
