import { createHash } from 'node:crypto'
import type { ToolKit } from '@/lib/model/tool-kit'

declare const brand: unique symbol

/**
 * What stands before everything else in every prompt: the same bytes for every user and every turn, or the provider's
 * prefix cache is worth nothing. Its builder has no clock, no user and no request in reach.
 */
export type PromptPrefix = Readonly<{
  instructions: string
  version: string
  /** What the model may call; null for one that cannot. */
  tools: ToolKit | null
  toolSetVersion: string
}> & {
  readonly [brand]: true
}

/**
 * `version` is the hash of the instructions, `toolSetVersion` that of all that is said of the tools: with another prompt,
 * or other tools, no cached answer made with the old ones is served.
 */
export function buildPromptPrefix(systemPrompt: string, tools: ToolKit | null): PromptPrefix {
  const version = createHash('sha256').update(systemPrompt).digest('base64url').slice(0, 16)
  const toolSetVersion = tools?.version ?? 'none'
  return Object.freeze({ instructions: systemPrompt, version, tools, toolSetVersion }) as PromptPrefix
}
