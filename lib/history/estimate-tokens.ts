import { type ChatPart, isToolPart } from '@/lib/contract/ui-message'

/**
 * Tokens a text may take, estimated from its UTF-8 bytes: English has about four bytes to a token, most other scripts
 * about three, so three errs on the safe side for both. A real tokenizer differs from model to model and would cost
 * more than it tells: only the cut of the history depends on this.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3) + messageOverheadTokens
}

/** Role and separators of one message in a chat template. */
const messageOverheadTokens = 8

/** What an image takes at most models, whatever its size: they scale it to what they can look at. */
const imageTokens = 1500

/**
 * The same for a whole message, with its files, whose content is base64: four letters are three bytes; and with the calls
 * of tools, of which a model reads what went in and what came out.
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
