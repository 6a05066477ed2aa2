import type { RequestContext } from '@/lib/context'
import type { ChatChunk, ToolPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import type { MessageId } from '@/lib/ids'
import { orderedFields } from '@/lib/prompt/prompt-prefix'
import { mostOutputCharacters, type Tool } from '@/lib/tool'
import { isGoingOn } from './running-turn'
import { toolFailure } from './tool-failure'
import type { TurnRun } from './turn-log'

/** What is nested deeper would overflow the stack of whoever reads or writes it: ours, Postgres', a browser's. */
const mostOutputLevels = 100

/** Which of the equal calls for one question this is, and what fires when nobody wants its answer any more. */
export type CallPlace = { run: TurnRun; questionId: MessageId; place: number; signal: AbortSignal }

/**
 * Runs a tool for a model and returns the result. An error is returned to the model and never fails the turn: our own errors
 * with their text, all others without internal details. Our own tools are short and are not aborted; a Stop takes effect
 * after them. Tools of other servers can be long and are aborted by `signal`.
 *
 * A tool that writes is not called after the turn was ended, so that a deleted conversation changes no data.
 *
 * Nothing is saved before a tool writes. The key does what a checkpoint would be for: made again, by a turn that is
 * taken up after its process died between the write and the next checkpoint, or that is regenerated, the same call for the
 * same question finds what it wrote.
 */
export async function runToolCall(
  context: RequestContext,
  tool: Tool,
  { toolCallId, input }: ToolPart,
  { run, questionId, place, signal }: CallPlace,
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
    if (tool.effect !== 'reads' && !(await isGoingOn(context, run))) return failed('Stopped. This call was not made.')
    const output = await tool.run(context, input, { key, signal })
    if (isDeeperThan(mostOutputLevels, output) || JSON.stringify(output).length > mostOutputCharacters)
      return failed('The result is too long to be read.')
    return { type: 'tool-output-available', toolCallId, output }
  } catch (error) {
    if (signal.aborted) return failed('Stopped before there was a result. Whether it was done is not known.')
    return failed(toolFailure(context, tool.name, error))
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part))
}
