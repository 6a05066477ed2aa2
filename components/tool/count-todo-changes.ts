import { toolKindOf } from '@/components/tool/tool-kind'
import { type ChatPart, isToolPart, toolNameOf } from '@/lib/contract/ui-message'

/** How many calls in an answer have changed the user's todos so far. */
export const countTodoChanges = (parts: readonly ChatPart[]): number =>
  parts.filter((part) => isToolPart(part) && part.state === 'output-available' && changesTodos(toolNameOf(part))).length

function changesTodos(name: string): boolean {
  const kind = toolKindOf(name)
  return kind !== null && kind !== 'list' && kind !== 'search'
}
