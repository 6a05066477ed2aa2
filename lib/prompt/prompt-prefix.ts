import { createHash } from 'node:crypto'

declare const brand: unique symbol

/**
 * What stands before everything else in every prompt: the same bytes for every user and every turn, or the provider's
 * prefix cache is worth nothing. Its builder has no clock, no user and no request in reach.
 */
export type PromptPrefix = Readonly<{ instructions: string; version: string; toolSetVersion: string }> & {
  readonly [brand]: true
}

/** `version` is the hash of the instructions: another prompt, and no cached answer made with the old one is served. */
export function buildPromptPrefix(systemPrompt: string): PromptPrefix {
  const version = createHash('sha256').update(systemPrompt).digest('base64url').slice(0, 16)
  return Object.freeze({ instructions: systemPrompt, version, toolSetVersion: 'none' }) as PromptPrefix
}
