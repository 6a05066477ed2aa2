import type { ChatChunk, ToolPart } from '@/lib/contract/ui-message'

export type ToolChunk = Extract<ChatChunk, { type: `tool-${string}` }>

export const isToolChunk = (chunk: ChatChunk): chunk is ToolChunk => chunk.type.startsWith('tool-')

type Beginning = Extract<ToolChunk, { toolName: string }>
/** What a chunk says of a call. Which of these go together, the type of a part knows; the stream keeps to it. */
type Change = { state: ToolPart['state'] } & Partial<Record<'input' | 'output' | 'errorText' | 'approval', unknown>>

/** The call after a chunk; null for a chunk about a call that never began, and for one of a kind not known here. */
export function applyToolChunk(part: ToolPart | null, chunk: ToolChunk): ToolPart | null {
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
