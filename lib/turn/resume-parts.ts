import { type ChatChunk, type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'
import { type CallProgress, callChunks, progressAfter, progressOf } from './call-chunks'

type SentText = { type: 'text' | 'reasoning'; id: string; text: string; hasEnded: boolean }
type SentCall = { type: 'call'; id: string; progress: CallProgress; approvalId: string | null }
type SentPart = SentText | SentCall

type StoredText = Extract<ChatPart, { type: 'text' | 'reasoning' }>
/** A visible part. `beginsStep`: a new step starts with it. */
type StoredPart = { part: StoredText | ToolPart; beginsStep: boolean }

/**
 * Returns a function that computes the chunks from the state of a client to the stored parts. The client has received
 * the chunks `before`; each call continues where the previous one stopped. The stored parts may be older than the
 * state of the client, and then there are no chunks to send.
 */
export function resumeParts(
  before: readonly ChatChunk[],
): (stored: readonly ChatPart[], isFinal: boolean) => ChatChunk[] {
  const sent = partsFromChunks(before)
  const restart = before.findLastIndex(({ type }) => type === 'data-restart')
  let hasNotice = before.slice(restart + 1).some(({ type }) => type === 'data-notice')
  return (stored, isFinal) => {
    const chunks: ChatChunk[] = []
    const visible = visibleParts(stored)
    if (!isContinuation(sent, visible)) {
      chunks.push({ type: 'data-restart', data: null, transient: true })
      sent.length = 0
      hasNotice = false
    }
    const notice = stored.find((part) => part.type === 'data-notice')
    if (notice && !hasNotice) chunks.push({ type: notice.type, data: notice.data })
    hasNotice ||= notice !== undefined
    for (const [index, { part, beginsStep }] of visible.entries()) {
      if (!sent[index] && beginsStep) chunks.push({ type: 'start-step' })
      if (isToolPart(part)) sent[index] = appendCall(chunks, part, sent[index])
      else sent[index] = appendText(chunks, part, sent[index], index)
    }
    for (const [index, part] of sent.entries()) {
      if (part.type === 'call' || part.hasEnded || (!isFinal && index >= visible.length - 1)) continue
      chunks.push({ type: `${part.type}-end`, id: part.id })
      part.hasEnded = true
    }
    return chunks
  }
}

function appendText(
  chunks: ChatChunk[],
  { type, text }: StoredText,
  sent: SentPart | undefined,
  index: number,
): SentPart {
  const part: SentText =
    sent && sent.type !== 'call' ? sent : { type, id: `stored-${index}`, text: '', hasEnded: false }
  if (!sent) chunks.push({ type: `${type}-start`, id: part.id })
  if (text.length > part.text.length) {
    chunks.push({ type: `${part.type}-delta`, id: part.id, delta: text.slice(part.text.length) })
    part.text = text
  }
  return part
}

function appendCall(chunks: ChatChunk[], part: ToolPart, sent: SentPart | undefined): SentPart {
  const progress = sent?.type === 'call' ? sent.progress : 'none'
  const callUpdate = callChunks(part, progress)
  chunks.push(...callUpdate)
  return {
    type: 'call',
    id: part.toolCallId,
    progress: callUpdate.length > 0 ? progressOf(part) : progress,
    approvalId: part.approval?.id ?? null,
  }
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
    const before = sent[index]
    if (!before) return true
    if (isToolPart(part) || before.type === 'call')
      return isToolPart(part) && before.type === 'call' && before.id === part.toolCallId
    return part.text.startsWith(before.text) || before.text.startsWith(part.text)
  })

/**
 * Returns the parts that a client has built from these chunks. Empty parts are never stored, so only the newest may
 * be empty.
 */
function partsFromChunks(chunks: readonly ChatChunk[]): SentPart[] {
  const parts: SentPart[] = []
  for (const chunk of chunks) {
    switch (chunk.type) {
      case 'data-restart':
        parts.length = 0
        break
      case 'text-start':
      case 'reasoning-start':
        parts.push({
          type: chunk.type === 'text-start' ? 'text' : 'reasoning',
          id: chunk.id,
          text: '',
          hasEnded: false,
        })
        break
      case 'text-delta':
      case 'reasoning-delta': {
        const part = findText(parts, chunk.type === 'text-delta' ? 'text' : 'reasoning', chunk.id)
        if (part) part.text += chunk.delta
        break
      }
      case 'text-end':
      case 'reasoning-end': {
        const part = findText(parts, chunk.type === 'text-end' ? 'text' : 'reasoning', chunk.id)
        if (part) part.hasEnded = true
        break
      }
      default:
        applyCallChunk(parts, chunk)
    }
  }
  return parts.filter((part) => part.type === 'call' || part.text !== '' || !part.hasEnded)
}

/** Updates or adds a call. The position of a call is that of its complete arguments, as in the stored parts. */
function applyCallChunk(parts: SentPart[], chunk: ChatChunk): void {
  const progress = progressAfter(chunk)
  if (progress === null) return
  const isCall = (part: SentPart): part is SentCall =>
    part.type === 'call' &&
    ('toolCallId' in chunk
      ? part.id === chunk.toolCallId
      : 'approvalId' in chunk && part.approvalId === chunk.approvalId)
  const call = parts.findLast(isCall)
  if (call) Object.assign(call, { progress }, 'approvalId' in chunk && { approvalId: chunk.approvalId })
  else if ('toolName' in chunk) parts.push({ type: 'call', id: chunk.toolCallId, progress, approvalId: null })
}

const findText = (parts: readonly SentPart[], type: SentText['type'], id: string) =>
  parts.findLast((part): part is SentText => part.type === type && part.id === id)
