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
import { isGoingOn, type TurnRun } from '@/lib/turn/turn-lease'

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
export async function* executeToolCalls(context: RequestContext, answer: CallsOfAnswer): AsyncGenerator<ChatChunk> {
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
  return executeToolCall(context, tool, call, { run, questionId, place, signal })
}

/** The same call under the same id was sent twice: it is done once. */
function outcomeAgain(twin: ToolPart, toolCallId: string): ChatChunk {
  if (twin.state === 'output-available') return { type: 'tool-output-available', toolCallId, output: twin.output }
  return { type: 'tool-output-error', toolCallId, errorText: 'This call was made already.' }
}

type CallNames = {
  /** The chunk with the name that its call has in this answer. */
  name: (chunk: ModelChunk) => ModelChunk
  /** What the model's server called it. */
  givenTo: (toolCallId: string) => string
}

/** As it stands in a path of ours, and as every provider takes it back. */
const usual = /^[\w-]{1,64}$/

/**
 * The ids of calls are made by the model's server, and some count from 0 in every reply. In one answer an id is one call:
 * it is what its result, its card and its approval are found by. `beginning`: whose ids are taken.
 */
export function assignToolCallIds(beginning: readonly ChatPart[]): CallNames {
  const given = new Map(beginning.filter(isToolPart).map(({ toolCallId }) => [toolCallId, toolCallId]))
  const open = new Map<string, string>()
  const begin = (id: string) => {
    let name = id
    for (let number = given.size + 1; !usual.test(name) || given.has(name); number++) name = `call-${number}`
    given.set(name, id)
    open.set(id, name)
    return name
  }
  return {
    name: (chunk) => {
      switch (chunk.type) {
        case 'tool-input-start':
          return { ...chunk, toolCallId: begin(chunk.toolCallId) }
        case 'tool-input-delta':
          return { ...chunk, toolCallId: open.get(chunk.toolCallId) ?? chunk.toolCallId }
        case 'tool-input-available':
        case 'tool-input-error': {
          const toolCallId = open.get(chunk.toolCallId) ?? begin(chunk.toolCallId)
          open.delete(chunk.toolCallId)
          return { ...chunk, toolCallId }
        }
        default:
          return chunk
      }
    },
    givenTo: (toolCallId) => given.get(toolCallId) ?? toolCallId,
  }
}

/** What is nested deeper would overflow the stack of whoever reads or writes it: ours, Postgres', a browser's. */
const mostOutputLevels = 100

/** Which of the equal calls for one question this is, and what fires when nobody wants its answer any more. */
type CallPlace = { run: TurnRun; questionId: MessageId; place: number; signal: AbortSignal }

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
    if (tool.effect !== 'reads' && !(await isGoingOn(context, run))) return failed('Stopped. This call was not made.')
    const output = await tool.run(context, input, { key, signal })
    if (isDeeperThan(mostOutputLevels, output) || JSON.stringify(output).length > maxOutputCharacters)
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

/** What a model is told of a tool that failed, ours or a client's: our own errors in their words, of all others nothing. */
export function toolFailure({ log }: Needs<'log'>, tool: string, error: unknown): string {
  if (!isAppError(error)) {
    log.error('tool failed', { reason: tool, error: describeError(error) })
    return 'The tool failed.'
  }
  const { code, details } = error
  const fields = details.fields?.map(({ path, message }) => `${path || 'arguments'}: ${message}`) ?? []
  return [`${code}: ${errorTable[code].title}`, details.detail, ...fields].filter((line) => line).join('\n')
}
