import { type ChatChunk, type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'
import { storable, storableText } from './storable'

/** Builds the stored parts of an answer from its chunks. */
export type PartsCollector = { add: (chunk: ChatChunk) => void; parts: () => ChatPart[] }

type GrowingText = { type: 'text' | 'reasoning'; text: string; step: number }
type GrowingCall = { call: ToolPart; step: number }
type Notice = Extract<ChatPart, { type: 'data-notice' }>

/**
 * Collects the parts of a stored answer: text, reasoning, tool calls, and the notice, which comes first. Other data
 * parts are not stored, and the starts of steps are stored only if tools were called. U+0000 and incomplete surrogate
 * pairs, which Postgres cannot store, are left out. A tool call is included once its arguments are complete, because
 * a partial call cannot be run.
 */
export function collectParts(): PartsCollector {
  const growing: (GrowingText | GrowingCall)[] = []
  let notice: Notice | null = null
  const open: Record<string, GrowingText> = {}
  let step = 0
  const update = (toolCallId: string, change: (call: ToolPart) => ToolPart) => {
    const found = growing.find((part): part is GrowingCall => 'call' in part && part.call.toolCallId === toolCallId)
    if (found) found.call = change(found.call)
  }
  return {
    add: (chunk) => {
      switch (chunk.type) {
        case 'start-step':
          step += 1
          break
        case 'data-notice':
          notice = { type: chunk.type, data: chunk.data }
          break
        case 'text-start':
        case 'reasoning-start': {
          const part: GrowingText = { type: chunk.type === 'text-start' ? 'text' : 'reasoning', text: '', step }
          open[`${part.type}:${chunk.id}`] = part
          growing.push(part)
          break
        }
        case 'text-delta':
        case 'reasoning-delta': {
          const part = open[`${chunk.type === 'text-delta' ? 'text' : 'reasoning'}:${chunk.id}`]
          if (part) part.text += chunk.delta.replaceAll('\0', '')
          break
        }
        case 'tool-input-available':
        case 'tool-input-error':
          growing.push({ call: callOf(chunk), step })
          break
        default:
          if ('toolCallId' in chunk) update(chunk.toolCallId, (call) => afterChunk(call, chunk))
          else if (chunk.type === 'tool-approval-response')
            for (const part of growing)
              if ('call' in part && part.call.approval?.id === chunk.approvalId)
                part.call = afterChunk(part.call, chunk)
      }
    },
    parts: () => [
      ...(notice ? [notice] : []),
      ...withSteps(growing.filter((part) => 'call' in part || part.text !== '')),
    ],
  }
}

function callOf(chunk: Extract<ChatChunk, { type: 'tool-input-available' | 'tool-input-error' }>): ToolPart {
  const { toolCallId } = chunk
  const call = { type: `tool-${chunk.toolName}` as const, toolCallId, input: storable(chunk.input) }
  return chunk.type === 'tool-input-available'
    ? { ...call, state: 'input-available' }
    : { ...call, state: 'output-error', errorText: storableText(chunk.errorText) }
}

/** Returns the call after this chunk. A chunk that does not fit the state of the call must not change it. */
function afterChunk(call: ToolPart, chunk: ChatChunk): ToolPart {
  const { type, toolCallId, input, approval } = call
  const base = { type, toolCallId, input }
  const approvedField = approval?.approved === true && { approval: { id: approval.id, approved: true as const } }
  switch (chunk.type) {
    case 'tool-approval-request':
      return { ...base, state: 'approval-requested', approval: { id: chunk.approvalId } }
    case 'tool-approval-response':
      return {
        ...base,
        state: 'approval-responded',
        approval: { id: chunk.approvalId, approved: chunk.approved },
      }
    case 'tool-output-available':
      return { ...base, state: 'output-available', output: storable(chunk.output), ...approvedField }
    case 'tool-output-error':
      return { ...base, state: 'output-error', errorText: storableText(chunk.errorText), ...approvedField }
    case 'tool-output-denied':
      return approval ? { ...base, state: 'output-denied', approval: { id: approval.id, approved: false } } : call
    default:
      return call
  }
}

function withSteps(growing: readonly (GrowingText | GrowingCall)[]): ChatPart[] {
  const parts = growing.map((part): { part: ChatPart; step: number } =>
    'call' in part
      ? { part: part.call, step: part.step }
      : { part: { type: part.type, text: part.text.toWellFormed(), state: 'done' as const }, step: part.step },
  )
  if (!parts.some(({ part }) => isToolPart(part))) return parts.map(({ part }) => part)
  return parts.flatMap(({ part, step }, index): ChatPart[] =>
    index > 0 && parts[index - 1]?.step !== step ? [{ type: 'step-start' }, part] : [part],
  )
}
