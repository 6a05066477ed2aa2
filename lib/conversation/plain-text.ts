import type { ChatPart } from '@/lib/contract/ui-message'

/** What of a message is its text to searches, links and exports: no reasoning, no badges. */
export function plainText(parts: readonly ChatPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}
