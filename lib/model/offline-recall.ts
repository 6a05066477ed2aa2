import { blockQuote } from './block-quote'
import type { OfflineQuestion } from './offline-question'

/** What has been said before, from the history that came with the question. */
export function answerRecall({ question, earlier }: OfflineQuestion): string | null {
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
