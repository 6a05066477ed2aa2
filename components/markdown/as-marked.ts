import type { MarkedToken, Token } from 'marked'

/** marked's `Token` also allows the tokens of extensions. We load none, so every token is one of its own. */
export const asMarked = (token: Token) => token as MarkedToken
