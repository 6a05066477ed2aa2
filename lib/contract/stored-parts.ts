import { type ChatPart, isToolPart } from '@/lib/contract/ui-message'

/**
 * Returns the parts of an answer as they are stored and as later model calls read them: text, reasoning, tool calls,
 * and the notice, which comes first. Other data parts are not stored. The starts of steps are stored only if tools
 * were called, and only between two parts. A tool call is stored once its arguments are complete, because a partial
 * call cannot be run.
 */
export function toStorable(parts: readonly ChatPart[]): ChatPart[] {
  const hasCalls = parts.some((part) => isToolPart(part) && part.state !== 'input-streaming')
  const notices: ChatPart[] = []
  const content: ChatPart[] = []
  let beginsStep = false
  for (const part of parts) {
    if (part.type === 'data-notice') notices.push(part)
    if (part.type === 'step-start') beginsStep = hasCalls
    const stored = storablePart(part)
    if (!stored) continue
    if (beginsStep && content.length > 0) content.push({ type: 'step-start' })
    content.push(stored)
    beginsStep = false
  }
  return [...notices, ...content]
}

/** Returns the part if it is content that is stored, and otherwise null. */
function storablePart(part: ChatPart): ChatPart | null {
  if (part.type === 'text' || part.type === 'reasoning') {
    const text = storableText(part.text)
    return text === '' ? null : { type: part.type, text, state: 'done' }
  }
  return isToolPart(part) && part.state !== 'input-streaming' ? (storableValue(part) as ChatPart) : null
}

/**
 * Returns a JSON value without the characters that Postgres rejects in text: U+0000 is removed and a lone surrogate
 * is replaced.
 */
function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storableValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [storableText(name), storableValue(field)]))
}

const storableText = (text: string) => text.replaceAll('\0', '').toWellFormed()
