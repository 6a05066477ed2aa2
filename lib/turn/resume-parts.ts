import { type ChatChunk, type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'
import { type CallProgress, callChunks, progressAfter, progressOf } from './call-chunks'

type SentText = { type: 'text' | 'reasoning'; id: string; text: string; isOver: boolean }
type SentCall = { type: 'call'; id: string; known: CallProgress; approvalId: string | null }
type SentPart = SentText | SentCall

type StoredText = Extract<ChatPart, { type: 'text' | 'reasoning' }>
/** A part that a reader sees, and whether a step begins with it. */
type StoredPart = { part: StoredText | ToolPart; beginsStep: boolean }

/**
 * Says which chunks bring a reader, who has had `before` of an answer, to what is stored of it now; each time it is asked
 * it goes on from there. What is stored may be behind what the reader has: then there is nothing to say.
 */
export function resumeParts(
  before: readonly ChatChunk[],
): (stored: readonly ChatPart[], isFinal: boolean) => ChatChunk[] {
  const sent = partsOf(before)
  const restart = before.findLastIndex(({ type }) => type === 'data-restart')
  let isNoticed = before.slice(restart + 1).some(({ type }) => type === 'data-notice')
  return (stored, isFinal) => {
    const chunks: ChatChunk[] = []
    const shown = shownOf(stored)
    if (!goesOn(sent, shown)) {
      chunks.push({ type: 'data-restart', data: null, transient: true })
      sent.length = 0
      isNoticed = false
    }
    const notice = stored.find((part) => part.type === 'data-notice')
    if (notice && !isNoticed) chunks.push({ type: notice.type, data: notice.data })
    isNoticed ||= notice !== undefined
    for (const [index, { part, beginsStep }] of shown.entries()) {
      if (!sent[index] && beginsStep) chunks.push({ type: 'start-step' })
      if (isToolPart(part)) sent[index] = tellCall(chunks, part, sent[index])
      else sent[index] = tellText(chunks, part, sent[index], index)
    }
    for (const [index, part] of sent.entries()) {
      if (part.type === 'call' || part.isOver || (!isFinal && index >= shown.length - 1)) continue
      chunks.push({ type: `${part.type}-end`, id: part.id })
      part.isOver = true
    }
    return chunks
  }
}

function tellText(
  chunks: ChatChunk[],
  { type, text }: StoredText,
  sent: SentPart | undefined,
  index: number,
): SentPart {
  const part: SentText = sent && sent.type !== 'call' ? sent : { type, id: `stored-${index}`, text: '', isOver: false }
  if (!sent) chunks.push({ type: `${type}-start`, id: part.id })
  if (text.length > part.text.length) {
    chunks.push({ type: `${part.type}-delta`, id: part.id, delta: text.slice(part.text.length) })
    part.text = text
  }
  return part
}

function tellCall(chunks: ChatChunk[], part: ToolPart, sent: SentPart | undefined): SentPart {
  const known = sent?.type === 'call' ? sent.known : 'none'
  const told = callChunks(part, known)
  chunks.push(...told)
  return {
    type: 'call',
    id: part.toolCallId,
    known: told.length > 0 ? progressOf(part) : known,
    approvalId: part.approval?.id ?? null,
  }
}

function shownOf(stored: readonly ChatPart[]): StoredPart[] {
  const shown: StoredPart[] = []
  let beginsStep = false
  for (const part of stored) {
    if (part.type === 'text' || part.type === 'reasoning' || isToolPart(part)) shown.push({ part, beginsStep })
    beginsStep = part.type === 'step-start'
  }
  return shown
}

/** Whether what is stored has what was sent, or is on the way to it; an answer that was begun anew is neither. */
const goesOn = (sent: readonly SentPart[], stored: readonly StoredPart[]) =>
  stored.every(({ part }, index) => {
    const before = sent[index]
    if (!before) return true
    if (isToolPart(part) || before.type === 'call')
      return isToolPart(part) && before.type === 'call' && before.id === part.toolCallId
    return part.text.startsWith(before.text) || before.text.startsWith(part.text)
  })

/** The parts that these chunks have made. An empty one is not stored, so only the newest may be empty. */
function partsOf(chunks: readonly ChatChunk[]): SentPart[] {
  const parts: SentPart[] = []
  for (const chunk of chunks) {
    switch (chunk.type) {
      case 'data-restart':
        parts.length = 0
        break
      case 'text-start':
      case 'reasoning-start':
        parts.push({ type: chunk.type === 'text-start' ? 'text' : 'reasoning', id: chunk.id, text: '', isOver: false })
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
        if (part) part.isOver = true
        break
      }
      default:
        seeCall(parts, chunk)
    }
  }
  return parts.filter((part) => part.type === 'call' || part.text !== '' || !part.isOver)
}

/** Stored too a call stands where its arguments were whole, and not where they began. */
function seeCall(parts: SentPart[], chunk: ChatChunk): void {
  const known = progressAfter(chunk)
  if (known === null) return
  const isCall = (part: SentPart): part is SentCall =>
    part.type === 'call' &&
    ('toolCallId' in chunk
      ? part.id === chunk.toolCallId
      : 'approvalId' in chunk && part.approvalId === chunk.approvalId)
  const call = parts.findLast(isCall)
  if (call) Object.assign(call, { known }, 'approvalId' in chunk && { approvalId: chunk.approvalId })
  else if ('toolName' in chunk) parts.push({ type: 'call', id: chunk.toolCallId, known, approvalId: null })
}

const findText = (parts: readonly SentPart[], type: SentText['type'], id: string) =>
  parts.findLast((part): part is SentText => part.type === type && part.id === id)
