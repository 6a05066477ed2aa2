import { request as httpRequest } from 'node:http'

export type RpcResult = { id?: unknown; result?: unknown; error?: { code: number; message: string } }
export type McpAnswer = { status: number; headers: Headers; rpc: RpcResult | null; text: string }

type CallOptions = { id?: number | string; headers?: Record<string, string> }

/**
 * Makes one JSON-RPC call in the form of the 2025 revisions, without a session or a handshake. `authorization` is a
 * bearer token, or null if the request should have none.
 */
export async function mcpCall(
  url: string,
  authorization: string | null,
  method: string,
  params: unknown = {},
  { id = 1, headers = {} }: CallOptions = {},
): Promise<McpAnswer> {
  return mcpPost(url, authorization, { jsonrpc: '2.0', id, method, params }, headers)
}

/** Posts `body` to the endpoint. A string is sent unchanged, so that tests can send malformed JSON. */
export async function mcpPost(
  url: string,
  authorization: string | null,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<McpAnswer> {
  const response = await fetch(`${url}/api/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...(authorization && { authorization: `Bearer ${authorization}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, rpc: parseRpc(text), text }
}

/**
 * Calls a tool. Returns its structured output, or the message of its failure. Throws if the response is not a JSON-RPC
 * message.
 */
export async function callTool(
  url: string,
  key: string,
  name: string,
  input: unknown,
  options?: CallOptions,
): Promise<{ output: Record<string, unknown> | null; failure: string | null; id: unknown }> {
  const { rpc, status, text } = await mcpCall(url, key, 'tools/call', { name, arguments: input }, options)
  if (!rpc) throw new Error(`no JSON-RPC response: ${status} ${text}`)
  if (rpc.error) return { output: null, failure: rpc.error.message, id: rpc.id }
  const { isError, structuredContent, content } = rpc.result as {
    isError?: boolean
    structuredContent?: Record<string, unknown>
    content: { text: string }[]
  }
  return isError
    ? { output: null, failure: String(content[0]?.text), id: rpc.id }
    : { output: structuredContent ?? null, failure: null, id: rpc.id }
}

/** Lists the tools with the given Host header and returns the status. `fetch` would overwrite the Host header. */
export function postWithHost(url: string, host: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const request = httpRequest(
    {
      hostname,
      port,
      path: '/api/mcp',
      method: 'POST',
      headers: { ...headers, host, 'content-type': 'application/json' },
    },
    (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    },
  )
  request.on('error', reject)
  request.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }))
  return promise
}

/** Parses a response body, which is JSON or one server-sent event. Returns null if it has no JSON-RPC message. */
function parseRpc(text: string): RpcResult | null {
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text
  try {
    const parsed: unknown = JSON.parse(data)
    return typeof parsed === 'object' && parsed !== null && 'jsonrpc' in parsed ? (parsed as RpcResult) : null
  } catch {
    return null
  }
}
