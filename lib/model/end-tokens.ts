import { matchAny, matchLiteral } from './reasoning-tags'

/** Control tokens that some servers leave at the end of a text. */
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

/** White space before a first tag and control tokens at the end are buffered up to this length. */
export const maxHeldLength = 256

/** Finds control tokens at the end of a streaming text. */
export function endTokenMatcher() {
  let tokens = endTokens
  const matchAt = (text: string, at: number) => matchAny(tokens, (token) => matchLiteral(text, at, token))
  return {
    /** The closing tag that matches the tag with which the answer began. */
    expect: (closingTag: string) => {
      tokens = [...tokens, closingTag]
    },
    /**
     * `tokens`: the text begins with a token and contains only tokens and white space. `partial`: it may be the
     * beginning of a token. Null otherwise.
     */
    match: (text: string): 'tokens' | 'partial' | null => {
      // An answer in HTML may also end with `</s>`.
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
