import { createHash } from 'node:crypto'
import type { McpServerEntry } from '@/lib/mcp-servers'
import type { ToolKit } from '@/lib/model/tool-kit'

declare const brand: unique symbol

/**
 * The start of every prompt. It must be byte-identical for all users and turns; otherwise the provider's prefix cache
 * does not apply. Its builder therefore has no access to the clock, the user or the request.
 */
export type PromptPrefix = Readonly<{
  instructions: string
  version: string
  /** The tools that the model may call; null if it does not support tools. */
  tools: ToolKit | null
  toolSetVersion: string
}> & {
  readonly [brand]: true
}

/**
 * Builds the prefix. `version` is a hash of the instructions, and `toolSetVersion` one of the tool definitions and
 * MCP servers. Both belong to the scope of a cached answer, so that no answer from before a change will be served.
 */
export function buildPromptPrefix(
  systemPrompt: string,
  tools: ToolKit | null,
  servers: readonly McpServerEntry[] = [],
): PromptPrefix {
  const version = createHash('sha256').update(systemPrompt).digest('base64url').slice(0, 16)
  const toolSetVersion = tools ? toolSetVersionOf(tools, servers) : 'none'
  return Object.freeze({ instructions: systemPrompt, version, tools, toolSetVersion }) as PromptPrefix
}

/**
 * The tools of the MCP servers are not known yet, because the servers are only opened for an answer. Their names and
 * URLs must suffice.
 */
function toolSetVersionOf({ version }: ToolKit, servers: readonly McpServerEntry[]): string {
  if (servers.length === 0) return version
  const namesAndUrls = servers.map(({ name, url }) => [name, url])
  return createHash('sha256')
    .update(JSON.stringify([version, namesAndUrls]))
    .digest('base64url')
    .slice(0, 16)
}

/**
 * Returns a JSON value with the fields of every object sorted. Postgres reorders the fields of stored JSON, but the
 * prompt must have the same bytes before and after an answer is stored.
 */
export function orderedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(orderedFields)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, field]) => [name, orderedFields(field)]))
}
