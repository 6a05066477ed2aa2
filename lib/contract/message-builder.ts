import { type ChatChunk, type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'

/**
 * The parts of one answer, built from the chunks of its stream. A returned array must never be mutated, because
 * callers keep it as a snapshot.
 */
export type MessageBuilder = {
  apply: (chunk: ChatChunk) => void
  parts: () => ChatPart[]
  /** Discards all parts except the cache notice, because the answer will be streamed again. */
  reset: () => void
}

/**
 * Builds the parts of a message from UI message chunks. The server and the browser share it, so that a stored answer
 * and a streamed answer always agree. This module must stay small: in the browser it replaces the AI SDK's stream
 * reader, which would add 57 KiB of gzipped JavaScript. Unknown chunk types are ignored, so that a newer server does
 * not break an open page.
 */
export function createMessageBuilder(): MessageBuilder {
  let parts: ChatPart[] = []
  // Chunks refer to a part by its stream id, but a message only has an array of parts.
  const partIndexes = new Map<string, number>()
  // The index of the first part of the current step. A model may reuse part and call ids in each step.
  let stepStart = 0
  let cachePart: ChatPart | null = null

  const append = (key: string, part: ChatPart) => {
    partIndexes.set(key, parts.length)
    parts = [...parts, part]
  }
  const setPart = (key: string, part: ChatPart, from = 0) => {
    const at = partIndexes.get(key)
    if (at === undefined || at < from) append(key, part)
    else parts = parts.with(at, part)
  }
  const extendText = (key: string, delta: string, end?: { state: 'done' }) => {
    const part = parts[partIndexes.get(key) ?? -1]
    if (part?.type === 'text' || part?.type === 'reasoning') setPart(key, { ...part, text: part.text + delta, ...end })
  }
  const applyTool = (chunk: ToolChunk) => {
    const before = parts
      .filter(isToolPart)
      .findLast((part) =>
        'toolCallId' in chunk ? part.toolCallId === chunk.toolCallId : part.approval?.id === chunk.approvalId,
      )
    const after = applyToolChunk(before, chunk)
    // A result belongs to the newest call with its id, in any step. A new call belongs to the current step.
    if (after) setPart(`tool ${after.toolCallId}`, after, 'toolName' in chunk ? stepStart : 0)
  }
  const reset = () => {
    partIndexes.clear()
    stepStart = 0
    parts = []
    if (cachePart) setPart('cache', cachePart)
  }

  const apply = (chunk: ChatChunk) => {
    switch (chunk.type) {
      case 'text-start':
      case 'reasoning-start':
        append(textKey(chunk), { type: textType(chunk), text: '', state: 'streaming' })
        break
      case 'text-delta':
      case 'reasoning-delta':
        extendText(textKey(chunk), chunk.delta)
        break
      case 'text-end':
      case 'reasoning-end':
        extendText(textKey(chunk), '', { state: 'done' })
        break
      case 'start-step':
        append('step', { type: 'step-start' })
        stepStart = parts.length
        break
      case 'data-cache':
        cachePart = { type: 'data-cache', data: chunk.data }
        setPart('cache', cachePart)
        break
      case 'data-notice':
        setPart('notice', { type: 'data-notice', data: chunk.data })
        break
      case 'data-restart':
        reset()
        break
      default:
        if (isToolChunk(chunk)) applyTool(chunk)
    }
  }
  return { apply, parts: () => parts, reset }
}

type TextChunk = Extract<ChatChunk, { type: `text-${string}` | `reasoning-${string}` }>

const textType = ({ type }: TextChunk) => (type.startsWith('text') ? 'text' : 'reasoning')

/** A text and a reasoning part may have the same stream id. */
const textKey = (chunk: Extract<TextChunk, { id: string }>) => `${textType(chunk)} ${chunk.id}`

type ToolChunk = Extract<ChatChunk, { type: `tool-${string}` }>

const isToolChunk = (chunk: ChatChunk): chunk is ToolChunk => chunk.type.startsWith('tool-')

/**
 * Returns the call after a chunk, or undefined if the chunk does not change it: its type is unknown, it belongs to a
 * call that never began, or it denies a call that did not ask for approval.
 */
function applyToolChunk(part: ToolPart | undefined, chunk: ToolChunk): ToolPart | undefined {
  if ('toolName' in chunk) return startCall(chunk)
  if (!part) return undefined
  const { type, toolCallId, input, approval } = part
  const call = { type, toolCallId, input }
  const approved = approval?.approved === true && { approval: { id: approval.id, approved: true as const } }
  switch (chunk.type) {
    case 'tool-approval-request':
      return { ...call, state: 'approval-requested', approval: { id: chunk.approvalId } }
    case 'tool-approval-response':
      return { ...call, state: 'approval-responded', approval: { id: chunk.approvalId, approved: chunk.approved } }
    case 'tool-output-available':
      return { ...call, state: 'output-available', output: chunk.output, ...approved }
    case 'tool-output-error':
      return { ...call, state: 'output-error', errorText: chunk.errorText, ...approved }
    case 'tool-output-denied':
      return approval && { ...call, state: 'output-denied', approval: { id: approval.id, approved: false } }
    default:
      // `tool-input-delta` is ignored, because incomplete arguments are not shown.
      return undefined
  }
}

function startCall(chunk: Extract<ToolChunk, { toolName: string }>): ToolPart | undefined {
  const call = { type: `tool-${chunk.toolName}` as const, toolCallId: chunk.toolCallId }
  switch (chunk.type) {
    case 'tool-input-start':
      return { ...call, state: 'input-streaming', input: undefined }
    case 'tool-input-available':
      return { ...call, state: 'input-available', input: chunk.input }
    case 'tool-input-error':
      return { ...call, state: 'output-error', input: chunk.input, errorText: chunk.errorText }
    default:
      return undefined
  }
}

/** The progress of a tool call in each of its states. It never decreases during a turn. */
export const toolProgress: Readonly<Record<ToolPart['state'], number>> = {
  'input-streaming': 1,
  'input-available': 2,
  'approval-requested': 3,
  'approval-responded': 4,
  'output-available': 5,
  'output-error': 5,
  'output-denied': 5,
}
