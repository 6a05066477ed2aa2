import { matchAny, matchLiteral } from './reasoning-tags'

/** Control tokens that servers leave at the end of a text. */
const endTokens: readonly string[] = [
  '<|im_end|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|user|>',
  '<|observation|>',
  '<end_of_turn>',
  '<|END_OF_TURN_TOKEN|>',
  '<｜end▁of▁sentence｜>',
  '<|end_of_solution|>',
  '<|END_RESPONSE|>',
  '<eos>',
  '</s>',
]

/** White space before a first tag, and control tokens at the end, are held back up to this length. */
export const maxHeldLength = 256

/** Finds control tokens at the end of a text that streams. */
export function endTokenMatcher() {
  let tokens = endTokens
  const matchAt = (text: string, at: number) => matchAny(tokens, (token) => matchLiteral(text, at, token))
  return {
    /** The tag that opened the answer has this one to close it. */
    expect: (closingTag: string) => {
      tokens = [...tokens, closingTag]
    },
    /**
     * `tokens`: the text begins with a token, and nothing but tokens and white space follows. `partial`: it may be the
     * beginning of a token. Null if it is neither.
     */
    match: (text: string): 'tokens' | 'partial' | null => {
      // An answer in HTML may end in `</s>` as well.
      if (text.startsWith('<s>')) tokens = tokens.filter((token) => token !== '</s>')
      const first = matchAt(text, 0)
      if (first === null || text.length > maxHeldLength) return null
      for (let at = 0; at < text.length; ) {
        const token = matchAt(text, at)
        if (token === 'partial') break
        if (token) at += token.length
        else if (/\s/.test(text[at] ?? '')) at += 1
        else return null
      }
      return first === 'partial' ? 'partial' : 'tokens'
    },
  }
}
