import { z } from 'zod'

const entry = z
  .strictObject({
    /** Goes before the names of its tools. */
    name: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be up to 20 of a-z, 0-9 and -'),
    url: z.url({ protocol: /^https?$/, error: 'must be a http or https address' }),
    headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n\0]*$/)).default({}),
    /** Which of its tools the user is asked about: all, those that change something, or none. */
    approval: z.enum(['always', 'writes', 'never']).default('writes'),
    /** It stands in this network, or on this machine; without it such addresses are refused. */
    privateNetwork: z.boolean().default(false),
  })
  .refine(({ url, privateNetwork }) => privateNetwork || url.startsWith('https:'), {
    path: ['url'],
    error: 'must be https, unless privateNetwork is true',
  })

/** An MCP server whose tools the operator gives to the chat. */
export type McpServerEntry = Readonly<z.output<typeof entry>>

const list = z.strictObject({ servers: z.array(entry).max(10) })

/** Parses the text of MCP_SERVERS_FILE. Says what is wrong, without repeating a value: headers hold secrets. */
export function parseMcpServers(text: string): { servers: readonly McpServerEntry[] } | { complaints: string[] } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { complaints: ['is not JSON'] }
  }
  const result = list.safeParse(json)
  if (!result.success)
    return { complaints: result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) }
  const names = result.data.servers.map(({ name }) => name)
  if (new Set(names).size < names.length) return { complaints: ['two servers have one name'] }
  return result.data
}
