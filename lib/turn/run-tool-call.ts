import type { RequestContext } from '@/lib/context'
import type { ChatChunk, ToolPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import { type AppError, errorTable, isAppError } from '@/lib/errors'
import type { MessageId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { orderedFields } from '@/lib/prompt/ordered-fields'
import type { Tool } from '@/lib/tool'

/** A longer result would fill the model's window, and the row that is saved three times a second. */
const mostOutputCharacters = 64 * 1024
/** What is nested deeper would overflow the stack of whoever reads or writes it: ours, Postgres', a browser's. */
const mostOutputLevels = 100

/** Which of the equal calls for one question this is. */
export type CallPlace = { questionId: MessageId; place: number }

/**
 * Runs a tool for a model and says what came of it. Whatever fails is an answer to the model and never a failed turn: our
 * own errors in their words, all others without a word of what is inside. A run is short and is not broken off: a Stop
 * that comes meanwhile is heeded after it.
 *
 * Nothing is saved before a tool writes. The key does what a checkpoint would be for: made again, by a turn that is
 * taken up after its process died between the write and the next checkpoint, or that is regenerated, the same call for the
 * same question finds what it wrote.
 */
export async function runToolCall(
  context: RequestContext,
  tool: Tool,
  { toolCallId, input }: ToolPart,
  { questionId, place }: CallPlace,
): Promise<ChatChunk> {
  const key = keyedHash(
    context.keys,
    'tool-call',
    questionId,
    tool.name,
    JSON.stringify(orderedFields(input)),
    String(place),
  )
  const failed = (errorText: string): ChatChunk => ({ type: 'tool-output-error', toolCallId, errorText })
  try {
    const output = await tool.run(context, input, { key })
    if (isDeeperThan(mostOutputLevels, output) || JSON.stringify(output).length > mostOutputCharacters)
      return failed('The result is too long to be read.')
    return { type: 'tool-output-available', toolCallId, output }
  } catch (error) {
    if (isAppError(error)) return failed(refusalText(error))
    context.log.error('tool failed', { reason: tool.name, error: describeError(error) })
    return failed('The tool failed.')
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part))
}

function refusalText({ code, details }: AppError): string {
  const fields = details.fields?.map(({ path, message }) => `${path || 'arguments'}: ${message}`) ?? []
  return [`${code}: ${errorTable[code].title}`, details.detail, ...fields].filter((line) => line).join('\n')
}
