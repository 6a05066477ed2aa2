import type { ThreadMessage } from '@/components/chat/thread-message'
import { todosIn } from '@/components/tool/tool-values'
import { isToolPart } from '@/lib/contract/ui-message'

/** The newest title of a todo that a conversation tells of; null where it does not. */
export function findTitle(messages: readonly ThreadMessage[], todoId: string): string | null {
  for (const { parts } of messages.toReversed())
    for (const part of parts.toReversed()) {
      const told = isToolPart(part) ? todosIn(part.output).find(({ id }) => id === todoId) : undefined
      if (told !== undefined) return told.title
    }
  return null
}
