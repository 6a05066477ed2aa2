import type { RequestContext } from '@/lib/context'
import type { ChatChunk, ToolPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/keyed-hash'
import type { MessageId } from '@/lib/ids'
import { orderedFields } from '@/lib/prompt/ordered-fields'
import { mostOutputCharacters, type Tool, type ToolOutput } from '@/lib/tool'
import { chatTools } from './chat-tools'
import { whileRunning } from './running-turn'
import { toolFailure } from './tool-failure'
import type { TurnRun } from './turn-log'

/** What is nested deeper would overflow the stack of whoever reads or writes it: ours, Postgres', a browser's. */
const mostOutputLevels = 100

/** Which of the equal calls for one question this is, and what fires when nobody wants its answer any more. */
export type CallPlace = { run: TurnRun; questionId: MessageId; place: number; signal: AbortSignal }

/**
 * Runs a tool for a model and says what came of it. Whatever fails is an answer to the model and never a failed turn: our
 * own errors in their words, all others without a word of what is inside. A run of ours is short and is not broken off: a
 * Stop that comes meanwhile is heeded after it. Another server's can be long, and listens to `signal`.
 *
 * What a tool of ours writes it writes only while the turn runs: a conversation that was deleted changes nothing any more.
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
    const output = await callIfRunning(context, tool, run, (within) => tool.run(within, input, { key, signal }))
    if (output === null) return failed('Stopped. This call was not made.')
    if (isDeeperThan(mostOutputLevels, output) || JSON.stringify(output).length > mostOutputCharacters)
      return failed('The result is too long to be read.')
    return { type: 'tool-output-available', toolCallId, output }
  } catch (error) {
    if (signal.aborted) return failed('Stopped before there was a result. Whether it was done is not known.')
    return failed(toolFailure(context, tool.name, error))
  }
}

/** Null if the turn has ended. Another server's call may take long: it is no part of a transaction. */
async function callIfRunning(
  context: RequestContext,
  tool: Tool,
  run: TurnRun,
  call: (context: RequestContext) => Promise<ToolOutput>,
): Promise<ToolOutput | null> {
  if (!chatTools.includes(tool)) return (await whileRunning(context, run, async () => true)) ? call(context) : null
  return tool.effect === 'reads' ? call(context) : whileRunning(context, run, call)
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part))
}
