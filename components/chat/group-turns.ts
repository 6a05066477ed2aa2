import type { ThreadMessage } from '@/components/chat/thread-message'

export type TurnGroup = { key: string; messages: ThreadMessage[] }

/** What belongs together on the page: a user's message and what answers it. */
export function groupTurns(messages: readonly ThreadMessage[]): TurnGroup[] {
  const groups: TurnGroup[] = []
  for (const message of messages) {
    const open = groups.at(-1)
    if (message.role === 'user' || open === undefined) groups.push({ key: message.key, messages: [message] })
    else open.messages.push(message)
  }
  return groups
}
