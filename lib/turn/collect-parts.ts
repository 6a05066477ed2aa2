import type { ChatChunk, ChatPart } from '@/lib/contract/ui-message'

/** The parts of an answer while they grow, chunk by chunk, into what is stored. */
export type PartsCollector = { add: (chunk: ChatChunk) => void; parts: () => ChatPart[] }

type GrowingPart = { type: 'text' | 'reasoning'; text: string }

/**
 * Text and reasoning are kept; markers of steps and data parts are not part of a stored answer. Neither is what Postgres
 * keeps in no text: U+0000, and half of a character whose other half has not come (yet).
 */
export function collectParts(): PartsCollector {
  const order: GrowingPart[] = []
  const open: Record<string, GrowingPart> = {}
  return {
    add: (chunk) => {
      switch (chunk.type) {
        case 'text-start':
        case 'reasoning-start': {
          const part: GrowingPart = { type: chunk.type === 'text-start' ? 'text' : 'reasoning', text: '' }
          open[`${part.type}:${chunk.id}`] = part
          order.push(part)
          break
        }
        case 'text-delta':
        case 'reasoning-delta': {
          const part = open[`${chunk.type === 'text-delta' ? 'text' : 'reasoning'}:${chunk.id}`]
          if (part) part.text += chunk.delta.replaceAll('\0', '')
          break
        }
      }
    },
    parts: () =>
      order
        .filter(({ text }) => text !== '')
        .map(({ type, text }) => ({ type, text: text.toWellFormed(), state: 'done' as const })),
  }
}
