/** The harmony format of gpt-oss, as sent by servers that do not parse it: `<|channel|>analysis<|message|>…<|end|>`. */
import { matchAny, matchLiteral } from './reasoning-tags'

/** Longer than any header, which has the role, the channel, the recipient of a call and the content type. */
const maxHeaderLength = 200

const header = /^\s*(?:<\|start\|>[\w:. ]*)?<\|channel\|>([^<]*)(?:<\|constrain\|>[^<]*)?<\|message\|>/
const headerBegun = /^\s*(?:<\|start\|>[\w:. ]*)?(?:<\|channel\|>[^<]*(?:<\|constrain\|>[^<]*)?)?(<[|a-z]*(?:\|>?)?)?$/
const tokens = ['<|start|>', '<|channel|>', '<|constrain|>', '<|message|>'] as const

/** Reads the header of a channel. The channel `final`, and `commentary` without a recipient, are for the reader. */
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

/** Reads the token that ends a channel. A token that begins the next channel is not consumed. */
export function channelEnd(text: string, at: number): { length: number } | 'partial' | null {
  const ending = matchAny(endings, (token) => matchLiteral(text, at, token))
  if (ending && ending !== 'partial') return { length: ending.length }
  const beginning = matchAny(beginnings, (token) => matchLiteral(text, at, token))
  if (beginning && beginning !== 'partial') return { length: 0 }
  return ending ?? beginning
}
