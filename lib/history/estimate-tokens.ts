import { type ChatPart, isToolPart } from '@/lib/contract/ui-message'

/**
 * Estimates the tokens of a text from its UTF-8 bytes. English has about four bytes per token and most other scripts
 * about three, so dividing by three errs on the safe side. A real tokenizer differs per model and is not worth its
 * cost, because only the cut of the history depends on the estimate.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3) + messageOverheadTokens
}

/** Tokens for the role and the separators of a message in a chat template. */
const messageOverheadTokens = 8

/** Approximate tokens of an image in most models, which scale images to a fixed size. */
const imageTokens = 1500

/**
 * Estimates the tokens of a message with its files and tool calls. A file is base64, in which four characters encode
 * three bytes. The model reads the input and the output of a call.
 */
export function estimatePartTokens(parts: readonly ChatPart[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === 'text') return sum + Math.ceil(Buffer.byteLength(part.text) / 3)
    if (isToolPart(part))
      return sum + estimateTokens(JSON.stringify([part.type, part.input, part.output, part.errorText]))
    if (part.type !== 'file') return sum
    return sum + (part.mediaType.startsWith('image/') ? imageTokens : Math.ceil(part.url.length / 4))
  }, messageOverheadTokens)
}
