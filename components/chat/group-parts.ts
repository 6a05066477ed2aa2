import { type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'

/** What stands in an answer from top to bottom: texts, thoughts, and calls that follow one another. */
export type AnswerBlock = { key: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'tools'; parts: ToolPart[] }
)

/** Marks of steps, badges, and the blank lines that some models write between two calls divide nothing. */
export function groupParts(parts: readonly ChatPart[]): AnswerBlock[] {
  const blocks: AnswerBlock[] = []
  for (const [index, part] of parts.entries()) {
    const key = String(index)
    const open = blocks.at(-1)
    if (isToolPart(part)) {
      if (open?.kind === 'tools') open.parts.push(part)
      else blocks.push({ key, kind: 'tools', parts: [part] })
    } else if (part.type === 'text' || part.type === 'reasoning') {
      if (part.text.trim() !== '') blocks.push({ key, kind: part.type, text: part.text })
    }
  }
  return blocks
}
