import { createMessageBuilder, toolProgress } from '@/lib/contract/message-builder'
import { type ChatChunk, type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

type TextPart = Extract<ChatPart, { type: 'text' | 'reasoning' }>
/** A visible part of the client. `id` is the stream id of a text. */
type SentPart = { part: TextPart | ToolPart; id: string }
/** A visible part that is stored. `beginsStep`: a new step starts with it. */
type StoredPart = { part: TextPart | ToolPart; beginsStep: boolean }

/**
 * Returns a function that computes the chunks from the state of a client to the stored parts. The client has received
 * the chunks `before`; each call continues where the previous one stopped. The stored parts may be older than the
 * state of the client, and then there are no chunks to send.
 */
export function diffMessage(
  before: readonly ChatChunk[],
): (stored: readonly ChatPart[], isFinal: boolean) => ChatChunk[] {
  const client = createMessageBuilder()
  const textIds = new Map<number, string>()
  const apply = (chunk: ChatChunk) => {
    if (chunk.type === 'text-start' || chunk.type === 'reasoning-start') textIds.set(client.parts().length, chunk.id)
    client.apply(chunk)
  }
  const sentParts = (stored: readonly StoredPart[]) =>
    client
      .parts()
      .flatMap((part, index): SentPart[] => (isSent(part, stored) ? [{ part, id: textIds.get(index) ?? '' }] : []))
  for (const chunk of before) apply(chunk)
  return (stored, isFinal) => {
    const chunks: ChatChunk[] = []
    const send = (chunk: ChatChunk) => {
      chunks.push(chunk)
      apply(chunk)
    }
    const visible = visibleParts(stored)
    if (!isContinuation(sentParts(visible), visible)) send({ type: 'data-restart', data: null, transient: true })
    const notice = stored.find((part) => part.type === 'data-notice')
    if (notice && !client.parts().some(({ type }) => type === notice.type))
      send({ type: notice.type, data: notice.data })
    const sent = sentParts(visible)
    for (const [index, { part, beginsStep }] of visible.entries()) {
      if (!sent[index] && beginsStep) send({ type: 'start-step' })
      const next = isToolPart(part) ? callChunks(part, sent[index]) : textChunks(part, sent[index], `stored-${index}`)
      for (const chunk of next) send(chunk)
    }
    for (const [index, { part, id }] of sentParts(visible).entries()) {
      if (isToolPart(part) || part.state === 'done' || (!isFinal && index >= visible.length - 1)) continue
      send({ type: `${part.type}-end`, id })
    }
    return chunks
  }
}

/**
 * Whether a part of the client is compared with the stored parts. Empty texts are never stored, so only the newest
 * part may be empty. A call is stored once its arguments are complete, so until then the client has a part more.
 */
function isSent(part: ChatPart, stored: readonly StoredPart[]): part is TextPart | ToolPart {
  if (part.type === 'text' || part.type === 'reasoning') return part.text !== '' || part.state !== 'done'
  if (!isToolPart(part)) return false
  const isStored = (other: StoredPart['part']) => isToolPart(other) && other.toolCallId === part.toolCallId
  return part.state !== 'input-streaming' || stored.some((other) => isStored(other.part))
}

function visibleParts(stored: readonly ChatPart[]): StoredPart[] {
  const visible: StoredPart[] = []
  let beginsStep = false
  for (const part of stored) {
    if (part.type === 'text' || part.type === 'reasoning' || isToolPart(part)) visible.push({ part, beginsStep })
    beginsStep = part.type === 'step-start'
  }
  return visible
}

/**
 * Whether the stored parts continue what was sent, or are an earlier state of it. Otherwise the answer was restarted.
 */
const isContinuation = (sent: readonly SentPart[], stored: readonly StoredPart[]) =>
  stored.every(({ part }, index) => {
    const before = sent[index]?.part
    if (!before) return true
    if (isToolPart(part) || isToolPart(before))
      return isToolPart(part) && isToolPart(before) && before.toolCallId === part.toolCallId
    return part.text.startsWith(before.text) || before.text.startsWith(part.text)
  })

function textChunks({ type, text }: TextPart, sent: SentPart | undefined, newId: string): ChatChunk[] {
  const known = sent && !isToolPart(sent.part) ? { ...sent.part, id: sent.id } : { type, text: '', id: newId }
  const chunks: ChatChunk[] = sent ? [] : [{ type: `${type}-start`, id: newId }]
  if (text.length > known.text.length)
    chunks.push({ type: `${known.type}-delta`, id: known.id, delta: text.slice(known.text.length) })
  return chunks
}

/** Returns the chunks that bring a client to the stored state of the call. */
function callChunks(part: ToolPart, sent: SentPart | undefined): ChatChunk[] {
  const { toolCallId, approval, input = {} } = part
  const known = sent && isToolPart(sent.part) ? toolProgress[sent.part.state] : 0
  const isMissing = (state: ToolPart['state']) => known < toolProgress[state]
  const chunks: ChatChunk[] = []
  if (isMissing('input-available'))
    chunks.push({ type: 'tool-input-available', toolCallId, toolName: toolNameOf(part), input })
  if (approval && isMissing('approval-requested'))
    chunks.push({ type: 'tool-approval-request', approvalId: approval.id, toolCallId })
  if (approval?.approved !== undefined && isMissing('approval-responded'))
    chunks.push({ type: 'tool-approval-response', approvalId: approval.id, approved: approval.approved })
  return isMissing(part.state) ? [...chunks, ...outcomeChunks(part)] : chunks
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
