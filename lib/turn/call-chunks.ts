import { type ChatChunk, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

/** How far a call has come: named, asked for, decided, done. */
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

/** How far a call has come for who has been told this of it; null where it is about no call. */
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

/** The chunks that tell of a call as it is stored, to whoever knows of it up to `known`. */
export function callChunks(part: ToolPart, known: CallProgress): ChatChunk[] {
  const { toolCallId, approval } = part
  const told = (progress: CallProgress) => order.indexOf(known) >= order.indexOf(progress)
  const chunks: ChatChunk[] = []
  const input = part.input ?? {}
  if (!told('called')) chunks.push({ type: 'tool-input-available', toolCallId, toolName: toolNameOf(part), input })
  if (approval && !told('asked')) chunks.push({ type: 'tool-approval-request', approvalId: approval.id, toolCallId })
  if (approval?.approved !== undefined && !told('decided'))
    chunks.push({ type: 'tool-approval-response', approvalId: approval.id, approved: approval.approved })
  if (!told('done')) chunks.push(...outcomeChunks(part))
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
