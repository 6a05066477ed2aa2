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

/** How a stream said that it is over. Without one of these it was cut. */
export type AnswerEnd = 'complete' | 'truncated' | 'stopped' | 'interrupted' | 'failed'

export type Answer = {
  messageId: string | null
  parts: ChatPart[]
  metadata: Partial<TurnMetadata>
  error: TurnError | null
  end: AnswerEnd | null
}

const endOf = (finishReason: string | undefined): AnswerEnd => (finishReason === 'length' ? 'truncated' : 'complete')

/**
 * Adds up the chunks of one answer. The AI SDK's own reader of the same stream weighs 57 KiB gzip with all it brings;
 * this one knows the chunks the page shows and passes over the rest, so that a newer server does not break an open page.
 */
export function buildAnswer() {
  let answer: Answer = { messageId: null, parts: [], metadata: {}, error: null, end: null }
  // Chunks name a part by an id of the stream; the message knows parts only by their place.
  const places = new Map<string, number>()
  // Where the newest step begins: a model may name its parts and calls the same in every step.
  let stepStart = 0
  let cacheBadge: ChatPart | null = null

  const append = (key: string, part: ChatPart) => {
    places.set(key, answer.parts.length)
    answer = { ...answer, parts: [...answer.parts, part] }
  }
  const put = (key: string, part: ChatPart, from = 0) => {
    const at = places.get(key)
    if (at === undefined || at < from) append(key, part)
    else answer = { ...answer, parts: answer.parts.with(at, part) }
  }
  const extend = (key: string, delta: string) => {
    const part = answer.parts[places.get(key) ?? -1]
    if (part?.type === 'text' || part?.type === 'reasoning') put(key, { ...part, text: part.text + delta })
  }
  const findCall = (chunk: ToolChunk) =>
    answer.parts
      .filter(isToolPart)
      .findLast((part) =>
        'toolCallId' in chunk ? part.toolCallId === chunk.toolCallId : part.approval?.id === chunk.approvalId,
      ) ?? null
  const applyTool = (chunk: ToolChunk) => {
    const after = applyToolChunk(findCall(chunk), chunk)
    // A result belongs to the newest call of that id, in whichever step that was; a new call to this step.
    if (after !== null) put(`tool ${after.toolCallId}`, after, 'toolName' in chunk ? stepStart : 0)
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
        cacheBadge = { type: 'data-cache', data: chunk.data }
        put('cache', cacheBadge)
        break
      case 'data-notice':
        put('notice', { type: 'data-notice', data: chunk.data })
        break
      case 'data-restart':
        // Somebody else's answer was followed and came to nothing: what was shown of it is not the answer.
        places.clear()
        stepStart = 0
        answer = { ...answer, parts: [] }
        if (cacheBadge !== null) put('cache', cacheBadge)
        break
      case 'data-error':
        answer = { ...answer, error: chunk.data }
        break
      case 'message-metadata':
        mergeMetadata(chunk.messageMetadata)
        break
      case 'error':
        // The server that wrote the answer has gone: not the model's failure, and there is a beginning to go on from.
        if (answer.metadata.status === 'interrupted') answer = { ...answer, end: 'interrupted', error: null }
        else answer = { ...answer, end: 'failed', error: answer.error ?? failed(chunk.errorText) }
        break
      case 'abort':
        answer = { ...answer, end: 'stopped' }
        break
      case 'finish':
        mergeMetadata(chunk.messageMetadata)
        // A stopped or failed stream may still finish in form; what went before says how it ended.
        answer = { ...answer, end: answer.end ?? endOf(chunk.finishReason) }
        break
      default:
        if (isToolChunk(chunk)) applyTool(chunk)
    }
  }
  return { apply, answer: () => answer }
}

const failed = (message: string): TurnError => ({ code: 'provider_error', message, retryable: true })

type ToolChunk = Extract<ChatChunk, { type: `tool-${string}` }>

const isToolChunk = (chunk: ChatChunk): chunk is ToolChunk => chunk.type.startsWith('tool-')

type Beginning = Extract<ToolChunk, { toolName: string }>
/** What a chunk says of a call. Which of these go together, the type of a part knows; the stream keeps to it. */
type Change = { state: ToolPart['state'] } & Partial<Record<'input' | 'output' | 'errorText' | 'approval', unknown>>

/** The call after a chunk; null for a chunk about a call that never began, and for one of a kind not known here. */
function applyToolChunk(part: ToolPart | null, chunk: ToolChunk): ToolPart | null {
  switch (chunk.type) {
    case 'tool-input-start':
      return begun(chunk, { state: 'input-streaming' })
    case 'tool-input-available':
      return begun(chunk, { state: 'input-available', input: chunk.input })
    case 'tool-input-error':
      return begun(chunk, { state: 'output-error', input: chunk.input, errorText: chunk.errorText })
    case 'tool-approval-request':
      return changed(part, { state: 'approval-requested', approval: { id: chunk.approvalId } })
    case 'tool-approval-response':
      return changed(part, {
        state: 'approval-responded',
        approval: { id: chunk.approvalId, approved: chunk.approved },
      })
    case 'tool-output-available':
      return changed(part, { state: 'output-available', output: chunk.output })
    case 'tool-output-error':
      return changed(part, { state: 'output-error', errorText: chunk.errorText })
    case 'tool-output-denied':
      return changed(part, { state: 'output-denied' })
    default:
      // Arguments that are still being written are not shown: `tool-input-delta`.
      return null
  }
}

const begun = ({ toolCallId, toolName }: Beginning, change: Change) =>
  ({ type: `tool-${toolName}`, toolCallId, ...change }) as ToolPart

const changed = (part: ToolPart | null, change: Change) => (part === null ? null : ({ ...part, ...change } as ToolPart))
