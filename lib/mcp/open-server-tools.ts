/* The mechanism's other side: tools of MCP servers that the operator names, for as long as one answer takes. */
import { createMCPClient, type MCPClient } from '@ai-sdk/mcp'
import type { JSONSchema7 } from 'ai'
import type { McpServerEntry } from '@/lib/mcp-servers'
import { guardedFetch } from './guarded-fetch'

/** A server that has not said in this time what it offers is left out of the answer. */
const openMs = 2_000
const callMs = 20_000
/** A server with sessions may be told that one is over; who does not listen is left. */
const closeMs = 1_000
/** Of each server; and characters of what is told of one tool. */
const mostTools = 32
const mostDescription = 1_000
const mostSchema = 8_000

export type ServerTool = Readonly<{
  /** `<server>__<tool>`, as models may call it. */
  name: string
  title: string
  description: string
  schema: JSONSchema7
  /** The user is asked before it is called. */
  asks: boolean
  readOnly: boolean
  /** What it has to say, or why not; rejects when the server cannot be reached in time. */
  call: (input: Record<string, unknown>, signal: AbortSignal) => Promise<{ output: object } | { failure: string }>
}>

/** `close` never rejects, and a server may take its time to let go. */
export type OpenServers = { tools: ServerTool[]; close: () => Promise<void> }

/** Asks all servers at once what they offer. Never rejects: `onFailure` hears of those that do not answer in time. */
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
  const there = opened.filter((server) => server !== null)
  const tools = new Map(there.flatMap((server) => server.tools).map((tool) => [tool.name, tool]))
  return {
    tools: [...tools.values()],
    close: async () => {
      await Promise.all(there.map(({ close }) => close()))
    },
  }
}

async function openServer(server: McpServerEntry, signal: AbortSignal): Promise<OpenServers> {
  const { url, headers, privateNetwork } = server
  // Whatever the client has under way then ends; it knows no end of its own for some of it.
  const over = new AbortController()
  const opening = createMCPClient({
    transport: {
      type: 'http',
      url,
      headers: { ...headers },
      fetch: guardedFetch({ privateNetwork, until: over.signal }) as typeof fetch,
      redirect: 'error',
    },
    initializationOptions: { signal },
  })
  try {
    const client = await orAbort(opening, signal)
    const { tools } = await orAbort(client.listTools({ options: { signal } }), signal)
    const close = async () => {
      await orAbort(client.close(), AbortSignal.timeout(closeMs)).catch(() => undefined)
      over.abort()
    }
    return { tools: tools.slice(0, mostTools).flatMap((tool) => describe(server, client, tool)), close }
  } catch (error) {
    over.abort()
    opening.then((client) => client.close()).catch(() => undefined)
    throw error
  }
}

type Listed = Awaited<ReturnType<MCPClient['listTools']>>['tools'][number]

function describe({ name: server, approval }: McpServerEntry, client: MCPClient, tool: Listed): ServerTool[] {
  const schema = tool.inputSchema as JSONSchema7
  if (JSON.stringify(schema).length > mostSchema) return []
  const readOnly = tool.annotations?.readOnlyHint === true
  return [
    {
      name: `${server}__${tool.name.replaceAll(/[^\w-]/g, '_')}`.slice(0, 64),
      title: tool.title ?? tool.name,
      description: (tool.description ?? '').slice(0, mostDescription).toWellFormed(),
      schema,
      readOnly,
      asks: approval === 'always' || (approval === 'writes' && !readOnly),
      call: async (input, signal) => {
        const inTime = AbortSignal.any([AbortSignal.timeout(callMs), signal])
        return outcomeOf(
          await orAbort(client.callTool({ name: tool.name, arguments: input, options: { signal: inTime } }), inTime),
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

/** Not every transport listens to its signal at every step. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
    // Whatever comes of it later interests nobody.
    work.catch(() => undefined)
  }
}
