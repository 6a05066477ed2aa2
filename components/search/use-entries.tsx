'use client'

import { MessageSquare } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useFormatter, useTranslations } from 'use-intl'
import type { EntryGroup, SearchEntry } from '@/components/search/search-entry'
import { type CommandActions, useCommands } from '@/components/search/use-commands'
import type { SearchState } from '@/components/search/use-search'
import { useConversations } from '@/components/sidebar/conversations-context'
import type { ConversationItem, FoundConversation } from '@/lib/contract/api'

const recentShown = 5

/** What the search dialog offers: what was found (before anything is typed: the newest chats), and commands. */
export function useEntries(text: string, state: SearchState, actions: CommandActions): EntryGroup[] {
  const t = useTranslations('shell')
  const format = useFormatter()
  const router = useRouter()
  const { items } = useConversations()
  const commands = useCommands(text, actions)

  const entryOf = (item: ConversationItem | FoundConversation): SearchEntry => {
    const messageId = 'messageId' in item ? item.messageId : null
    const at = format.dateTime(new Date(item.updatedAt), { dateStyle: 'medium' })
    return {
      key: item.id,
      icon: <MessageSquare aria-hidden="true" className="size-4 shrink-0 text-soft" />,
      label: item.title || t('search.untitled'),
      snippet: 'snippet' in item && messageId !== null ? item.snippet : null,
      note: item.archived ? t('search.archived', { at }) : at,
      onChoose: () => router.push(messageId === null ? `/c/${item.id}` : `/c/${item.id}?message=${messageId}`),
    }
  }
  const found = state.kind === 'idle' ? items.slice(0, recentShown) : 'found' in state ? state.found : []
  const groups = [
    { name: state.kind === 'idle' ? t('search.recent') : t('search.chats'), entries: found.map(entryOf) },
    { name: t('search.commands'), entries: commands },
  ]
  return groups.filter((group) => group.entries.length > 0)
}
