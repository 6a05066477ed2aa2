import { z } from 'zod'
import type { RequestContext } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { describeError } from '@/lib/log'
import { openServerTools, type ServerTool } from '@/lib/mcp/open-server-tools'
import { openToolKit, type ToolKit } from '@/lib/model/tool-kit'
import type { Tool } from '@/lib/tool'
import { chatTools } from './chat-tools'

type OfferedTools = { tools: readonly Tool[]; kit: ToolKit | null; close: () => Promise<void> }

const noClose = async () => undefined

/**
 * Returns the tools for one answer: the built-in ones and those of the operator's MCP servers, which are opened for
 * this answer only. Pass the built-in definitions as `kit`, or null if the model does not support tools.
 */
export async function toolsForModel(
  context: RequestContext,
  kit: ToolKit | null,
  signal: AbortSignal,
): Promise<OfferedTools> {
  const { mcpServers } = context.settings
  if (!kit || mcpServers.length === 0) return { tools: chatTools, kit, close: noClose }
  const onFailure = (server: string, error: unknown) =>
    context.log.warn('mcp server skipped', { reason: server, error: describeError(error) })
  const servers = await openServerTools(mcpServers, { signal, onFailure })
  const tools = [...chatTools, ...servers.tools.map(adaptServerTool)]
  return { tools, kit: openToolKit(tools), close: servers.close }
}

/**
 * Adapts a tool of an MCP server. A tool whose calls need approval gets the effect `destroys`, for which the user
 * must approve each call. Otherwise the server's read-only hint decides between `reads` and `writes`.
 */
function adaptServerTool({ call, asks, readOnly, ...described }: ServerTool): Tool {
  return {
    ...described,
    input: z.looseObject({}),
    effect: asks ? 'destroys' : readOnly ? 'reads' : 'writes',
    scope: 'chat',
    run: async (_, input, { signal }) => {
      const result = await call(input as Record<string, unknown>, signal)
      if ('failure' in result) throw new AppError('tool_failed', { detail: result.failure.slice(0, 2_000) })
      return { ...result.output }
    },
  }
}
