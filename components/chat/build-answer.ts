import type { InferUIMessageChunk } from 'ai'
import {
  type ChatChunk,
  type ChatMessage,
  type ChatPart,
  isToolPart,
  type ToolPart,
  type TurnError,
  type TurnMetadata,
} from '@/lib/contract/ui-message'

export type AnswerChunk = InferUIMessageChunk<ChatMessage>

/** The way in which a stream has ended. A stream without one of these was cut off. */
export type AnswerEnd = 'complete' | 'truncated' | 'stopped' | 'interrupted' | 'failed'

export type Answer = {
  messageId: string | null
  parts: ChatPart[]
  metadata: Partial<TurnMetadata>
  error: TurnError | null
  end: AnswerEnd | null
}

const endFromReason = (finishReason: string | undefined): AnswerEnd =>
  finishReason === 'length' ? 'truncated' : 'complete'

/**
 * Builds the message of one answer from its chunks. It replaces the AI SDK's stream reader, which would add 57
 * KiB of gzipped JavaScript. Unknown chunk types are ignored, so that a newer server does not break an open page.
 */
export function buildAnswer() {
  let answer: Answer = { messageId: null, parts: [], metadata: {}, error: null, end: null }
  // Chunks refer to a part by its stream id, but a message only has an array of parts.
  const partIndexes = new Map<string, number>()
  // The index of the first part of the current step. A model may reuse part and call ids in each step.
  let stepStart = 0
  let cachePart: ChatPart | null = null

  const append = (key: string, part: ChatPart) => {
    partIndexes.set(key, answer.parts.length)
    answer = { ...answer, parts: [...answer.parts, part] }
  }
  const setPart = (key: string, part: ChatPart, from = 0) => {
    const at = partIndexes.get(key)
    if (at === undefined || at < from) append(key, part)
    else answer = { ...answer, parts: answer.parts.with(at, part) }
  }
  const extend = (key: string, delta: string) => {
    const part = answer.parts[partIndexes.get(key) ?? -1]
    if (part?.type === 'text' || part?.type === 'reasoning') setPart(key, { ...part, text: part.text + delta })
  }
  const findCall = (chunk: ToolChunk) =>
    answer.parts
      .filter(isToolPart)
      .findLast((part) =>
        'toolCallId' in chunk ? part.toolCallId === chunk.toolCallId : part.approval?.id === chunk.approvalId,
      ) ?? null
  const applyTool = (chunk: ToolChunk) => {
    const after = applyToolChunk(findCall(chunk), chunk)
    // A result belongs to the newest call with its id, in any step. A new call belongs to the current step.
    if (after !== null) setPart(`tool ${after.toolCallId}`, after, 'toolName' in chunk ? stepStart : 0)
  }

  const mergeMetadata = (metadata: Partial<TurnMetadata> | undefined) => {
    if (metadata !== undefined) answer = { ...answer, metadata: { ...answer.metadata, ...metadata } }
  }

  const apply = (chunk: AnswerChunk): void => {
    switch (chunk.type) {
      case 'start':
        answer = { ...answer, messageId: chunk.messageId ?? answer.messageId }
        mergeMetadata(chunk.messageMetadata)
        break
      case 'text-start':
        append(`text ${chunk.id}`, { type: 'text', text: '' })
        break
      case 'text-delta':
        extend(`text ${chunk.id}`, chunk.delta)
        break
      case 'reasoning-start':
        append(`reasoning ${chunk.id}`, { type: 'reasoning', text: '' })
        break
      case 'reasoning-delta':
        extend(`reasoning ${chunk.id}`, chunk.delta)
        break
      case 'start-step':
        append('step', { type: 'step-start' })
        stepStart = answer.parts.length
        break
      case 'data-cache':
        cachePart = { type: 'data-cache', data: chunk.data }
        setPart('cache', cachePart)
        break
      case 'data-notice':
        setPart('notice', { type: 'data-notice', data: chunk.data })
        break
      case 'data-restart':
        // The answer of another turn was being followed and failed. Its parts are not part of this answer.
        partIndexes.clear()
        stepStart = 0
        answer = { ...answer, parts: [] }
        if (cachePart !== null) setPart('cache', cachePart)
        break
      case 'data-error':
        answer = { ...answer, error: chunk.data }
        break
      case 'message-metadata':
        mergeMetadata(chunk.messageMetadata)
        break
      case 'error':
        // The process that generated the answer has died. That is not an error of the model, and the answer can
        // be continued.
        if (answer.metadata.status === 'interrupted') answer = { ...answer, end: 'interrupted', error: null }
        else answer = { ...answer, end: 'failed', error: answer.error ?? unknownError(chunk.errorText) }
        break
      case 'abort':
        answer = { ...answer, end: 'stopped' }
        break
      case 'finish':
        mergeMetadata(chunk.messageMetadata)
        // Stopped and failed streams may still send a finish chunk. The earlier chunk determines the end.
        answer = { ...answer, end: answer.end ?? endFromReason(chunk.finishReason) }
        break
      default:
        if (isToolChunk(chunk)) applyTool(chunk)
    }
  }
  return { apply, answer: () => answer }
}

const unknownError = (message: string): TurnError => ({ code: 'provider_error', message, retryable: true })

type ToolChunk = Extract<ChatChunk, { type: `tool-${string}` }>

const isToolChunk = (chunk: ChatChunk): chunk is ToolChunk => chunk.type.startsWith('tool-')

type CallStart = Extract<ToolChunk, { toolName: string }>
/**
 * The fields of a call that a chunk changes. The stream guarantees that they are valid together for the state.
 */
type CallChange = { state: ToolPart['state'] } & Partial<Record<'input' | 'output' | 'errorText' | 'approval', unknown>>

/**
 * Returns the call after a chunk, or null if the chunk is of an unknown type or belongs to a call that never
 * began.
 */
function applyToolChunk(part: ToolPart | null, chunk: ToolChunk): ToolPart | null {
  switch (chunk.type) {
    case 'tool-input-start':
      return startCall(chunk, { state: 'input-streaming' })
    case 'tool-input-available':
      return startCall(chunk, { state: 'input-available', input: chunk.input })
    case 'tool-input-error':
      return startCall(chunk, { state: 'output-error', input: chunk.input, errorText: chunk.errorText })
    case 'tool-approval-request':
      return updateCall(part, { state: 'approval-requested', approval: { id: chunk.approvalId } })
    case 'tool-approval-response':
      return updateCall(part, {
        state: 'approval-responded',
        approval: { id: chunk.approvalId, approved: chunk.approved },
      })
    case 'tool-output-available':
      return updateCall(part, { state: 'output-available', output: chunk.output })
    case 'tool-output-error':
      return updateCall(part, { state: 'output-error', errorText: chunk.errorText })
    case 'tool-output-denied':
      return updateCall(part, { state: 'output-denied' })
    default:
      // `tool-input-delta` is ignored, because incomplete arguments are not shown.
      return null
  }
}

const startCall = ({ toolCallId, toolName }: CallStart, change: CallChange) =>
  ({ type: `tool-${toolName}`, toolCallId, ...change }) as ToolPart

const updateCall = (part: ToolPart | null, change: CallChange) =>
  part === null ? null : ({ ...part, ...change } as ToolPart)
