import { createHash } from 'node:crypto'
import type { McpServerEntry } from '@/lib/mcp-servers'
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
export function buildPromptPrefix(
  systemPrompt: string,
  tools: ToolKit | null,
  servers: readonly McpServerEntry[] = [],
): PromptPrefix {
  const version = createHash('sha256').update(systemPrompt).digest('base64url').slice(0, 16)
  const toolSetVersion = tools ? versionOf(tools, servers) : 'none'
  return Object.freeze({ instructions: systemPrompt, version, tools, toolSetVersion }) as PromptPrefix
}

/** What the servers offer is not known here, before anything is asked; that they are there is. */
function versionOf({ version }: ToolKit, servers: readonly McpServerEntry[]): string {
  if (servers.length === 0) return version
  const named = servers.map(({ name, url }) => [name, url])
  return createHash('sha256')
    .update(JSON.stringify([version, named]))
    .digest('base64url')
    .slice(0, 16)
}

/**
 * A value of JSON with the fields of every object in one order. Postgres keeps them in an order of its own, and a prompt
 * shall be the same bytes before and after.
 */
export function orderedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(orderedFields)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, field]) => [name, orderedFields(field)]))
}
