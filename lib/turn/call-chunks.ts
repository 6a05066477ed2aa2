import { type ChatChunk, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

/** Progress of a tool call. `asked`: the user's approval was requested; `decided`: the user approved or denied. */
export type CallProgress = 'none' | 'called' | 'asked' | 'decided' | 'done'

const order: readonly CallProgress[] = ['none', 'called', 'asked', 'decided', 'done']

export function progressOf({ state }: ToolPart): CallProgress {
  switch (state) {
    case 'input-streaming':
      return 'none'
    case 'input-available':
      return 'called'
    case 'approval-requested':
      return 'asked'
    case 'approval-responded':
      return 'decided'
    case 'output-available':
    case 'output-error':
    case 'output-denied':
      return 'done'
  }
}

/** Returns the progress of a call after this chunk, or null if the chunk does not belong to a tool call. */
export function progressAfter(chunk: ChatChunk): CallProgress | null {
  switch (chunk.type) {
    case 'tool-input-available':
      return 'called'
    case 'tool-approval-request':
      return 'asked'
    case 'tool-approval-response':
      return 'decided'
    case 'tool-input-error':
    case 'tool-output-available':
    case 'tool-output-error':
    case 'tool-output-denied':
      return 'done'
    default:
      return null
  }
}

/** Returns the chunks that bring a client from the progress `known` to the stored state of the call. */
export function callChunks(part: ToolPart, known: CallProgress): ChatChunk[] {
  const { toolCallId, approval } = part
  const isKnown = (progress: CallProgress) => order.indexOf(known) >= order.indexOf(progress)
  const chunks: ChatChunk[] = []
  const input = part.input ?? {}
  if (!isKnown('called')) chunks.push({ type: 'tool-input-available', toolCallId, toolName: toolNameOf(part), input })
  if (approval && !isKnown('asked')) chunks.push({ type: 'tool-approval-request', approvalId: approval.id, toolCallId })
  if (approval?.approved !== undefined && !isKnown('decided'))
    chunks.push({ type: 'tool-approval-response', approvalId: approval.id, approved: approval.approved })
  if (!isKnown('done')) chunks.push(...outcomeChunks(part))
  return chunks
}

function outcomeChunks(part: ToolPart): ChatChunk[] {
  const { toolCallId } = part
  switch (part.state) {
    case 'output-available':
      return [{ type: 'tool-output-available', toolCallId, output: part.output }]
    case 'output-error':
      return [{ type: 'tool-output-error', toolCallId, errorText: part.errorText }]
    case 'output-denied':
      return [{ type: 'tool-output-denied', toolCallId }]
    default:
      return []
  }
}
