import { z } from 'zod'

const entry = z
  .strictObject({
    /** The prefix of the names of its tools. */
    name: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be up to 20 of a-z, 0-9 and -'),
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n\0]*$/)).default({}),
    /** Which tool calls the user must approve: all, those that change something, or none. */
    approval: z.enum(['always', 'writes', 'never']).default('writes'),
    /** Allows plain http and addresses in a private network or on this machine. Otherwise they are refused. */
    privateNetwork: z.boolean().default(false),
  })
  .refine(({ url, privateNetwork }) => privateNetwork || url.startsWith('https:'), {
    path: ['url'],
    error: 'must be https, unless privateNetwork is true',
  })

/** An MCP server whose tools the operator adds to the chat. */
export type McpServerEntry = Readonly<z.output<typeof entry>>

const list = z.strictObject({ servers: z.array(entry).max(10) })

/**
 * Parses the text of MCP_SERVERS_FILE. Returns the problems if it is invalid. They must not contain
 * values, because headers hold secrets.
 */
export function parseMcpServers(text: string): { servers: readonly McpServerEntry[] } | { problems: string[] } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { problems: ['is not JSON'] }
  }
  const result = list.safeParse(json)
  if (!result.success)
    return { problems: result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) }
  const names = result.data.servers.map(({ name }) => name)
  if (new Set(names).size < names.length) return { problems: ['two servers have the same name'] }
  return result.data
}
