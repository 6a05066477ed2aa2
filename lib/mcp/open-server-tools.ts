/* Tools of the MCP servers that the operator has configured. The connections last as long as one answer. */
import { createMCPClient, type MCPClient } from '@ai-sdk/mcp'
import type { JSONSchema7 } from 'ai'
import type { McpServerEntry } from '@/lib/mcp-servers'
import { guardedFetch } from './guarded-fetch'

/** A server that has not listed its tools within this time is left out of the answer. */
const openMs = 2_000
const callMs = 20_000
/** How long a server may take to end its session before the connection is closed. */
const closeMs = 1_000
/** The maximum number of tools per server. */
const maxTools = 32
/** The maximum number of characters of a tool's description. */
const maxDescriptionLength = 1_000
/** The maximum number of characters of a tool's schema. */
const maxSchemaLength = 8_000

export type ServerTool = Readonly<{
  /** `<server>__<tool>`, with only the characters that providers accept. */
  name: string
  title: string
  description: string
  schema: JSONSchema7
  /** Whether the user must approve every call. */
  asks: boolean
  readOnly: boolean
  /** Returns the output or the error of the tool. Rejects if the server does not respond in time. */
  call: (input: Record<string, unknown>, signal: AbortSignal) => Promise<{ output: object } | { failure: string }>
}>

/** `close` never rejects and takes at most a second. */
type OpenServers = { tools: ServerTool[]; close: () => Promise<void> }

/** Lists the tools of all servers in parallel. Never rejects: `onFailure` is called for each server that fails. */
export async function openServerTools(
  servers: readonly McpServerEntry[],
  { signal, onFailure }: { signal: AbortSignal; onFailure: (server: string, error: unknown) => void },
): Promise<OpenServers> {
  const opened = await Promise.all(
    servers.map(async (server) => {
      try {
        return await openServer(server, AbortSignal.any([signal, AbortSignal.timeout(openMs)]))
      } catch (error) {
        if (!signal.aborted) onFailure(server.name, error)
        return null
      }
    }),
  )
  const connected = opened.filter((server) => server !== null)
  const tools = new Map(connected.flatMap((server) => server.tools).map((tool) => [tool.name, tool]))
  return {
    tools: [...tools.values()],
    close: async () => {
      await Promise.all(connected.map(({ close }) => close()))
    },
  }
}

async function openServer(server: McpServerEntry, signal: AbortSignal): Promise<OpenServers> {
  const { url, headers, privateNetwork } = server
  // Aborts all requests of the client when the server is closed, because some of them have no timeout of their own.
  const lifetime = new AbortController()
  const opening = createMCPClient({
    transport: {
      type: 'http',
      url,
      headers: { ...headers },
      fetch: guardedFetch({ privateNetwork, until: lifetime.signal }) as typeof fetch,
      redirect: 'error',
    },
    initializationOptions: { signal },
  })
  try {
    const client = await orAbort(opening, signal)
    const { tools } = await orAbort(client.listTools({ options: { signal } }), signal)
    const close = async () => {
      await orAbort(client.close(), AbortSignal.timeout(closeMs)).catch(() => undefined)
      lifetime.abort()
    }
    return { tools: tools.slice(0, maxTools).flatMap((tool) => describe(server, client, tool)), close }
  } catch (error) {
    lifetime.abort()
    opening.then((client) => client.close()).catch(() => undefined)
    throw error
  }
}

type Listed = Awaited<ReturnType<MCPClient['listTools']>>['tools'][number]

function describe({ name: server, approval }: McpServerEntry, client: MCPClient, tool: Listed): ServerTool[] {
  const schema = tool.inputSchema as JSONSchema7
  if (JSON.stringify(schema).length > maxSchemaLength) return []
  const readOnly = tool.annotations?.readOnlyHint === true
  return [
    {
      name: `${server}__${tool.name.replaceAll(/[^\w-]/g, '_')}`.slice(0, 64),
      title: tool.title ?? tool.name,
      description: (tool.description ?? '').slice(0, maxDescriptionLength).toWellFormed(),
      schema,
      readOnly,
      asks: approval === 'always' || (approval === 'writes' && !readOnly),
      call: async (input, signal) => {
        const deadline = AbortSignal.any([AbortSignal.timeout(callMs), signal])
        return outcomeOf(
          await orAbort(
            client.callTool({ name: tool.name, arguments: input, options: { signal: deadline } }),
            deadline,
          ),
        )
      },
    },
  ]
}

function outcomeOf(result: Awaited<ReturnType<MCPClient['callTool']>>): { output: object } | { failure: string } {
  const content = Array.isArray(result.content) ? result.content : []
  const text = content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n')
  if (result.isError) return { failure: text || 'The tool failed.' }
  const { structuredContent } = result as { structuredContent?: unknown }
  return { output: structuredContent === undefined ? { text } : { text, data: structuredContent } }
}

/** Rejects when the signal aborts, because a transport may ignore its signal. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
    // If the work rejects later, the rejection must not be unhandled.
    work.catch(() => undefined)
  }
}
