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
