import type { OfflineQuestion } from './offline-question'

const mostCounted = 200

/** Counts, and does small things to a text that is given. */
export function answerText({ question }: OfflineQuestion): string | null {
  return countNumbers(question) ?? countIn(question) ?? changeText(question)
}

function countNumbers(question: string): string | null {
  const up = question.match(/\bcount (?:up )?to (\d{1,6})\b/i)?.[1]
  const down = question.match(/\bcount down from (\d{1,6})\b/i)?.[1]
  const end = up ?? down
  if (end === undefined) return null
  const last = Math.min(Number(end), mostCounted)
  const numbers = Array.from({ length: last }, (_, index) => index + 1)
  const line = (up ? numbers : numbers.reverse()).join(', ')
  return Number(end) > last ? `${line} … and I stop at ${mostCounted}.` : line || 'There is nothing to count.'
}

function countIn(question: string): string | null {
  const [, what = '', letter, given] =
    question.match(
      /\bhow many (?:(words|characters)|(?:letters?\s+)?["'“”‘’]?(\p{L})["'“”‘’]?(?:'s|s|-s)?) (?:are |is )?(?:there )?in:?\s+([\s\S]+)/iu,
    ) ?? []
  if (given === undefined) return null
  const text = unquoted(given)
  if (letter) {
    const count = [...text.toLowerCase()].filter((character) => character === letter.toLowerCase()).length
    return `**${count}** × ${letter.toLowerCase()} in *${text}*.`
  }
  const count = what.toLowerCase() === 'words' ? text.split(/\s+/).filter(Boolean).length : [...text].length
  return `**${count}** ${what.toLowerCase()}.`
}

function changeText(question: string): string | null {
  const [, command = '', given = ''] =
    question.match(/^(repeat(?: after me)?|say|echo|reverse|upper ?case|lower ?case)[:\s]+([\s\S]+)$/i) ?? []
  const text = unquoted(given)
  switch (command.toLowerCase().replace(' ', '')) {
    case '':
      return null
    case 'reverse':
      return [...text].reverse().join('')
    case 'uppercase':
      return text.toUpperCase()
    case 'lowercase':
      return text.toLowerCase()
    default:
      return text
  }
}

const unquoted = (text: string) =>
  text
    .trim()
    .replace(/^["“„']([\s\S]*)["”“']\s*[?.!]?$/, '$1')
    .replace(/\?$/, '')
