import { isDeepStrictEqual } from 'node:util'
import type { RequestContext } from '@/lib/context'
import { type ChatChunk, type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import type { MessageId } from '@/lib/ids'
import { mayUse, type Tool } from '@/lib/tool'
import { runToolCall } from './run-tool-call'
import { toolFailure } from './tool-failure'
import type { TurnRun } from './turn-log'

/** More than this in one step no question asks for. */
const mostCallsOfAStep = 32

type CallsOfAnswer = {
  run: TurnRun
  questionId: MessageId
  /** What may be called. */
  tools: readonly Tool[]
  /** The answer as it stands, with what was said of its calls up to now. */
  parts: () => ChatPart[]
  /** What the model's server called a call. */
  givenTo: (toolCallId: string) => string
  signal: AbortSignal
  /** The time of the answer is over. */
  isLate: () => boolean
}

/**
 * Does what is open of an answer's calls, one after the other in their order, and says what came of each. What takes
 * something away is not done: the user is asked. What the user has decided is done, or is not. After a Stop nothing more
 * is begun.
 */
export async function* runCalls(context: RequestContext, answer: CallsOfAnswer): AsyncGenerator<ChatChunk> {
  const open = answer.parts().filter(isToolPart).filter(isOpen)
  for (const [index, call] of open.entries()) {
    if (answer.signal.aborted) return
    yield await settleCall(context, answer, call, index)
  }
}

/** Whether there is something to do; what the user is asked is not. */
const isOpen = ({ state }: ToolPart) => state === 'input-available' || state === 'approval-responded'

async function settleCall(
  context: RequestContext,
  { run, questionId, tools, parts, givenTo, signal, isLate }: CallsOfAnswer,
  call: ToolPart,
  index: number,
): Promise<ChatChunk> {
  const { toolCallId } = call
  const failed = (errorText: string): ChatChunk => ({ type: 'tool-output-error', toolCallId, errorText })
  if (call.approval?.approved === false) return { type: 'tool-output-denied', toolCallId }
  if (index >= mostCallsOfAStep) return failed('Too many calls at once. This one was not made.')
  const tool = tools.find(({ name }) => name === toolNameOf(call))
  if (!tool) return failed('There is no tool of this name.')
  // All are offered to every model, so that all prompts begin alike.
  if (!mayUse(context, tool.scope)) return failed(toolFailure(context, tool.name, new AppError('insufficient_scope')))
  if (isLate()) return failed('There was no time left. This call was not made.')

  const before = parts().filter(isToolPart)
  const earlier = before.slice(
    0,
    before.findIndex((part) => part.toolCallId === toolCallId),
  )
  const same = earlier.filter((part) => part.type === call.type && isDeepStrictEqual(part.input, call.input))
  const twin = same.find((part) => givenTo(part.toolCallId) === givenTo(toolCallId))
  // To read again what may have changed since does no harm, and a server that counts its calls from 0 means another one.
  if (twin && tool.effect !== 'reads') return outcomeAgain(twin, toolCallId)

  const isValid = tool.input.safeParse(call.input).success
  if (tool.effect === 'destroys' && isValid && call.approval?.approved !== true)
    return { type: 'tool-approval-request', approvalId: `approve-${toolCallId}`, toolCallId }
  // Only what was done counts: a call whose end nobody knows is made again as the same one.
  const place = same.filter(({ state }) => state === 'output-available').length
  return runToolCall(context, tool, call, { run, questionId, place, signal })
}

/** The same call under the same id was sent twice: it is done once. */
function outcomeAgain(twin: ToolPart, toolCallId: string): ChatChunk {
  if (twin.state === 'output-available') return { type: 'tool-output-available', toolCallId, output: twin.output }
  return { type: 'tool-output-error', toolCallId, errorText: 'This call was made already.' }
}
