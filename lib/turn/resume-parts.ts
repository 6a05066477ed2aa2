import type { ChatChunk, ChatPart } from '@/lib/contract/ui-message'

type SentPart = { type: 'text' | 'reasoning'; id: string; text: string; isOver: boolean }

/**
 * Says which chunks bring a reader, who has had `before` of an answer, to what is stored of it now; each time it is asked
 * it goes on from there. What is stored may be behind what the reader has: then there is nothing to say.
 */
export function resumeParts(
  before: readonly ChatChunk[],
): (stored: readonly ChatPart[], isFinal: boolean) => ChatChunk[] {
  const sent = partsOf(before)
  return (stored, isFinal) => {
    const chunks: ChatChunk[] = []
    const texts = stored.filter((part) => part.type === 'text' || part.type === 'reasoning')
    if (!goesOn(sent, texts)) {
      chunks.push({ type: 'data-restart', data: null, transient: true })
      sent.length = 0
    }
    for (const [index, { type, text }] of texts.entries()) {
      sent[index] ??= begin(chunks, type, `stored-${index}`)
      const part = sent[index]
      if (text.length > part.text.length) {
        chunks.push({ type: `${part.type}-delta`, id: part.id, delta: text.slice(part.text.length) })
        part.text = text
      }
    }
    for (const [index, part] of sent.entries()) {
      if (part.isOver || (!isFinal && index >= texts.length - 1)) continue
      chunks.push({ type: `${part.type}-end`, id: part.id })
      part.isOver = true
    }
    return chunks
  }
}

/** Whether what is stored has what was sent, or is on the way to it; an answer that was begun anew is neither. */
const goesOn = (sent: readonly SentPart[], stored: readonly { text: string }[]) =>
  stored.every(({ text }, index) => {
    const before = sent[index]?.text ?? ''
    return text.startsWith(before) || before.startsWith(text)
  })

function begin(chunks: ChatChunk[], type: SentPart['type'], id: string): SentPart {
  chunks.push({ type: `${type}-start`, id })
  return { type, id, text: '', isOver: false }
}

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
        const part = find(parts, chunk.type === 'text-delta' ? 'text' : 'reasoning', chunk.id)
        if (part) part.text += chunk.delta
        break
      }
      case 'text-end':
      case 'reasoning-end': {
        const part = find(parts, chunk.type === 'text-end' ? 'text' : 'reasoning', chunk.id)
        if (part) part.isOver = true
        break
      }
    }
  }
  return parts.filter(({ text, isOver }) => text !== '' || !isOver)
}

const find = (parts: readonly SentPart[], type: SentPart['type'], id: string) =>
  parts.findLast((part) => part.type === type && part.id === id)
