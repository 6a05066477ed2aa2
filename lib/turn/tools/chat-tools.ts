import { z } from 'zod'
import type { RequestContext } from '@/lib/context'
import { conversationTools } from '@/lib/conversation/conversation-tools'
import { AppError } from '@/lib/errors'
import { describeError } from '@/lib/log'
import { openServerTools, type ServerTool } from '@/lib/mcp/open-server-tools'
import { openToolKit, type ToolKit } from '@/lib/model/tool-kit'
import { todoTools } from '@/lib/todo/todo-tools'
import type { Tool } from '@/lib/tool'

/** Everything a model may do for a user. */
export const chatTools: readonly Tool[] = Object.freeze([...conversationTools, ...todoTools])

/** The same as the models of the chat are told of it. Every turn offers all of it, so that all prompts begin alike. */
export const chatToolKit = openToolKit(chatTools)

type OfferedTools = { tools: readonly Tool[]; kit: ToolKit | null; close: () => Promise<void> }

const nothingToClose = async () => undefined

/**
 * What the model of one answer may call: our own tools, and those of the servers that the operator has named, opened for
 * this answer alone. `kit`: our own as the model is told of them; null where it cannot call any.
 */
export async function toolsForModel(
  context: RequestContext,
  kit: ToolKit | null,
  signal: AbortSignal,
): Promise<OfferedTools> {
  const { mcpServers } = context.settings
  if (!kit || mcpServers.length === 0) return { tools: chatTools, kit, close: nothingToClose }
  const onFailure = (server: string, error: unknown) =>
    context.log.warn('mcp server left out', { reason: server, error: describeError(error) })
  const opened = await openServerTools(mcpServers, { signal, onFailure })
  const tools = [...chatTools, ...opened.tools.map(asTool)]
  return { tools, kit: openToolKit(tools), close: opened.close }
}

/** What its server says of itself is taken for what it is: where it does not say that it only reads, the user is asked. */
function asTool({ call, asks, readOnly, ...described }: ServerTool): Tool {
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
