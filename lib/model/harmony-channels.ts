/** The harmony format of gpt-oss, as servers send it that do not parse it: `<|channel|>analysis<|message|>…<|end|>`. */
import { matchAny, matchLiteral } from './reasoning-tags'

/** Longer than any header: the role, the channel, the recipient of a call and the type of its content. */
const maxHeaderLength = 200

const header = /^\s*(?:<\|start\|>[\w:. ]*)?<\|channel\|>([^<]*)(?:<\|constrain\|>[^<]*)?<\|message\|>/
const headerBegun = /^\s*(?:<\|start\|>[\w:. ]*)?(?:<\|channel\|>[^<]*(?:<\|constrain\|>[^<]*)?)?(<[|a-z]*(?:\|>?)?)?$/
const tokens = ['<|start|>', '<|channel|>', '<|constrain|>', '<|message|>'] as const

/** The header of a channel at a place in a text. The channel `final`, and `commentary` without a recipient, are for the reader. */
export function channelAfter(text: string, at: number): { length: number; isReasoning: boolean } | 'partial' | null {
  const piece = text.slice(at, at + maxHeaderLength)
  const whole = header.exec(piece)
  if (whole) {
    const [channel = '', ...recipient] = (whole[1] ?? '').trim().split(/\s+/)
    const isForReader = channel === 'final' || (channel === 'commentary' && recipient.length === 0)
    return { length: whole[0].length, isReasoning: !isForReader }
  }
  if (piece.length === maxHeaderLength) return null
  const begun = headerBegun.exec(piece)
  if (!begun) return null
  const token = begun[1]
  return token === undefined || tokens.some((one) => one.startsWith(token)) ? 'partial' : null
}

const endings = ['<|end|>', '<|return|>', '<|call|>'] as const
const beginnings = ['<|start|>', '<|channel|>'] as const

/** The token at a place in a text that ends a channel. One that begins the next channel is not consumed. */
export function channelEnd(text: string, at: number): { length: number } | 'partial' | null {
  const ending = matchAny(endings, (token) => matchLiteral(text, at, token))
  if (ending && ending !== 'partial') return { length: ending.length }
  const beginning = matchAny(beginnings, (token) => matchLiteral(text, at, token))
  if (beginning && beginning !== 'partial') return { length: 0 }
  return ending ?? beginning
}
