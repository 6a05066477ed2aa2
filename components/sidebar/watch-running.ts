import type { ConversationItem } from '@/lib/contract/api'

/** Of which conversations this browser saw an answer run, and of which it ended while nobody looked. */
export type Watched = Readonly<Record<string, 'running' | 'ended'>>

/** More than that at once is nobody's news; the oldest go first. */
const mostWatched = 200

/** What was watched, after a look at the list. `openId`: the conversation that is being looked at. */
export function watchRunning(before: Watched, items: readonly ConversationItem[], openId: string | null): Watched {
  const now = new Map(Object.entries(before))
  for (const { id, running } of items) {
    if (running) now.set(id, 'running')
    else if (now.get(id) === 'running') now.set(id, 'ended')
  }
  if (openId !== null && now.get(openId) === 'ended') now.delete(openId)
  return Object.fromEntries([...now].slice(-mostWatched))
}
