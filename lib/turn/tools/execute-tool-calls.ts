import { isDeepStrictEqual } from 'node:util'
import type { Needs, RequestContext } from '@/lib/context'
import { type ChatChunk, type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import { AppError, errorTable, isAppError } from '@/lib/errors'
import type { MessageId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import type { ModelChunk } from '@/lib/model/model-chunk'
import { orderedFields } from '@/lib/prompt/prompt-prefix'
import { maxOutputCharacters, mayUse, type Tool } from '@/lib/tool'
import { isTurnActive, type TurnRun } from '@/lib/turn/turn-lease'

/** Limit for the calls in one step. No legitimate question needs more. */
const maxCallsPerStep = 32

type AnswerCalls = {
  run: TurnRun
  questionId: MessageId
  tools: readonly Tool[]
  /** Returns the parts of the answer, including the results of its calls so far. */
  parts: () => ChatPart[]
  /** Returns the id that the provider gave to a call. */
  providerCallId: (toolCallId: string) => string
  signal: AbortSignal
  /** Whether the time limit of the answer has passed. */
  isOutOfTime: () => boolean
}

/**
 * Runs the pending tool calls of an answer in order, yielding one result chunk each. A destructive call yields an
 * approval request instead, and runs only after the user has approved it. No further call starts after a stop.
 */
export async function* executeToolCalls(context: RequestContext, answer: AnswerCalls): AsyncGenerator<ChatChunk> {
  const pending = answer.parts().filter(isToolPart).filter(isPending)
  for (const [index, call] of pending.entries()) {
    if (answer.signal.aborted) return
    yield await resolveToolCall(context, answer, call, index)
  }
}

/** Whether the call must be run or resolved. A call that waits for approval is not pending. */
const isPending = ({ state }: ToolPart) => state === 'input-available' || state === 'approval-responded'

async function resolveToolCall(
  context: RequestContext,
  { run, questionId, tools, parts, providerCallId, signal, isOutOfTime }: AnswerCalls,
  call: ToolPart,
  index: number,
): Promise<ChatChunk> {
  const { toolCallId } = call
  const failed = (errorText: string): ChatChunk => ({ type: 'tool-output-error', toolCallId, errorText })
  if (call.approval?.approved === false) return { type: 'tool-output-denied', toolCallId }
  if (index >= maxCallsPerStep) return failed('Too many tool calls in one step. This call was not made.')
  const tool = tools.find(({ name }) => name === toolNameOf(call))
  if (!tool) return failed('There is no tool of this name.')
  // All tools are offered to every model, so that all prompts share a prefix. Scopes must therefore be checked here.
  if (!mayUse(context, tool.scope)) return failed(toolFailure(context, tool.name, new AppError('insufficient_scope')))
  if (isOutOfTime()) return failed('The time limit was reached. This call was not made.')

  const before = parts().filter(isToolPart)
  const earlier = before.slice(
    0,
    before.findIndex((part) => part.toolCallId === toolCallId),
  )
  const identical = earlier.filter((part) => part.type === call.type && isDeepStrictEqual(part.input, call.input))
  const duplicate = identical.find((part) => providerCallId(part.toolCallId) === providerCallId(toolCallId))
  // A repeated read is harmless and its result may have changed. It may also be a different call, because some
  // providers count ids from 0.
  if (duplicate && tool.effect !== 'reads') return repeatOutcome(duplicate, toolCallId)

  const isValid = tool.input.safeParse(call.input).success
  if (tool.effect === 'destroys' && isValid && call.approval?.approved !== true)
    return { type: 'tool-approval-request', approvalId: `approve-${toolCallId}`, toolCallId }
  // Only completed calls count, so a call whose outcome is unknown is made again with the same idempotency key.
  const place = identical.filter(({ state }) => state === 'output-available').length
  return executeToolCall(context, tool, call, { run, questionId, place, signal })
}

/** Returns the outcome of an identical call with the same provider id, which must not run twice. */
function repeatOutcome(duplicate: ToolPart, toolCallId: string): ChatChunk {
  if (duplicate.state === 'output-available')
    return { type: 'tool-output-available', toolCallId, output: duplicate.output }
  return { type: 'tool-output-error', toolCallId, errorText: 'This call was already made.' }
}

type ToolCallIds = {
  /** Returns the chunk with the id that its call has in this answer. */
  assign: (chunk: ModelChunk) => ModelChunk
  /** Returns the id that the provider gave to a call. */
  providerCallId: (toolCallId: string) => string
}

/** Safe in our URLs, and accepted by every provider. */
const safeId = /^[\w-]{1,64}$/

/**
 * Makes the ids of tool calls unique within an answer. Providers generate these ids, and some count from 0 in every
 * reply, but results, cards and approvals must be found by id. The ids in `partialParts` are taken.
 */
export function assignToolCallIds(partialParts: readonly ChatPart[]): ToolCallIds {
  const providerIds = new Map(partialParts.filter(isToolPart).map(({ toolCallId }) => [toolCallId, toolCallId]))
  const openCalls = new Map<string, string>()
  const assignId = (id: string) => {
    let toolCallId = id
    for (let number = providerIds.size + 1; !safeId.test(toolCallId) || providerIds.has(toolCallId); number++)
      toolCallId = `call-${number}`
    providerIds.set(toolCallId, id)
    openCalls.set(id, toolCallId)
    return toolCallId
  }
  return {
    assign: (chunk) => {
      switch (chunk.type) {
        case 'tool-input-start':
          return { ...chunk, toolCallId: assignId(chunk.toolCallId) }
        case 'tool-input-delta':
          return { ...chunk, toolCallId: openCalls.get(chunk.toolCallId) ?? chunk.toolCallId }
        case 'tool-input-available':
        case 'tool-input-error': {
          const toolCallId = openCalls.get(chunk.toolCallId) ?? assignId(chunk.toolCallId)
          openCalls.delete(chunk.toolCallId)
          return { ...chunk, toolCallId }
        }
        default:
          return chunk
      }
    },
    providerCallId: (toolCallId) => providerIds.get(toolCallId) ?? toolCallId,
  }
}

/** Deeper nesting would overflow the stack of a serializer or parser, here, in Postgres or in a browser. */
const maxOutputDepth = 100

/** `place` numbers the identical calls for one question. `signal` aborts when the result is no longer needed. */
type CallPlace = { run: TurnRun; questionId: MessageId; place: number; signal: AbortSignal }

/**
 * Runs a tool for a model and returns its result. Errors are returned to the model and never fail the turn: our own
 * errors with their text, all others without internal details. Built-in tools are short and may ignore `signal`; a
 * stop then takes effect after them. Tools of MCP servers may be slow and are aborted by it.
 *
 * A tool that writes is not called after the turn has ended, so that a deleted conversation changes no data.
 *
 * No checkpoint is saved before a tool writes, because the idempotency key replaces it. The key depends on the
 * question, the tool and its input. If the process dies between the write and the next checkpoint, or the answer is
 * regenerated, the same call will find its earlier write.
 */
async function executeToolCall(
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
    if (tool.effect !== 'reads' && !(await isTurnActive(context, run)))
      return failed('Stopped. This call was not made.')
    const output = await tool.run(context, input, { key, signal })
    if (isDeeperThan(maxOutputDepth, output) || JSON.stringify(output).length > maxOutputCharacters)
      return failed('The result is too large.')
    return { type: 'tool-output-available', toolCallId, output }
  } catch (error) {
    if (signal.aborted) return failed('Stopped before a result was available. The call may have taken effect.')
    return failed(toolFailure(context, tool.name, error))
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part))
}

/**
 * Returns the error text for the model when a tool (ours or an MCP client's) fails: the text of our own errors, and
 * nothing about any other.
 */
export function toolFailure({ log }: Needs<'log'>, tool: string, error: unknown): string {
  if (!isAppError(error)) {
    log.error('tool failed', { reason: tool, error: describeError(error) })
    return 'The tool failed.'
  }
  const { code, details } = error
  const fields = details.fields?.map(({ path, message }) => `${path || 'arguments'}: ${message}`) ?? []
  return [`${code}: ${errorTable[code].title}`, details.detail, ...fields].filter((line) => line).join('\n')
}
