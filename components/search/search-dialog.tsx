'use client'
import { MessageSquare, Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useId, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useSettings } from '@/components/preference/settings-context'
import { SearchResults } from '@/components/search/search-results'
import { type CommandActions, type EntryGroup, type SearchEntry, useCommands } from '@/components/search/use-commands'
import { type SearchState, useSearch } from '@/components/search/use-search'
import { Dialog } from '@/components/shell/dialog'
import { shortcutOf } from '@/components/shell/shortcut-of'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Notice, NoticeAction } from '@/components/ui/notice'
import type { ConversationItem, FoundConversation } from '@/lib/contract/api'

/**
 * The search dialog: a combobox over a list box. Focus stays in the field, and the arrow keys move the selection.
 */
export function SearchDialog({ onClose, ...actions }: CommandActions & { onClose: () => void }) {
  const t = useTranslations('shell')
  const id = useId()
  const [text, setText] = useState('')
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const { preferences } = useSettings()
  const { state, retry } = useSearch(text)
  const groups = useEntries(text, state, actions)
  const entries = groups.flatMap((group) => group.entries)
  // If new results do not contain the selected entry, the first entry is selected.
  const activeIndex = Math.max(
    0,
    entries.findIndex(({ key }) => key === activeKey),
  )
  const active = entries[activeIndex]

  const onKeyDown = (event: KeyboardEvent, close: () => void) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const toggles = shortcutOf(event.nativeEvent) === 'search' && preferences?.shortcuts !== false
    if (toggles) close()
    else if (event.key === 'Enter' && active !== undefined) {
      close()
      active.onChoose()
    } else if (event.key === 'ArrowDown') setActiveKey(entries[(activeIndex + 1) % entries.length]?.key ?? null)
    else if (event.key === 'ArrowUp') setActiveKey(entries.at(activeIndex - 1)?.key ?? null)
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={t('search.title')} onClose={onClose} bare>
      {(close) => (
        <>
          <div className="flex items-center gap-3 border-b border-line px-4 has-focus-visible:border-accent">
            <Search aria-hidden="true" className="size-4 shrink-0 text-soft" />
            <input
              type="text"
              role="combobox"
              aria-expanded={entries.length > 0}
              aria-controls={id}
              aria-activedescendant={active && `${id}-${active.key}`}
              aria-autocomplete="list"
              aria-label={t('search.title')}
              placeholder={t('search.placeholder')}
              autoComplete="off"
              spellCheck={false}
              enterKeyHint="go"
              dir="auto"
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setActiveKey(null)
              }}
              onKeyDown={(event) => onKeyDown(event, close)}
              className="h-13 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-soft"
            />
            <button
              type="button"
              onClick={close}
              className="rounded-md px-2 py-1 text-sm text-soft hover:bg-hover hover:text-ink"
            >
              {t('close')}
            </button>
          </div>
          <SearchResults
            id={id}
            groups={groups}
            active={active}
            onPoint={setActiveKey}
            onChoose={(entry) => {
              close()
              entry.onChoose()
            }}
          />
          <SearchStatus state={state} onRetry={retry} />
        </>
      )}
    </Dialog>
  )
}

/** The state of the search as text, which is also announced to screen readers. */
function SearchStatus({ state, onRetry }: { state: SearchState; onRetry: () => void }) {
  const t = useTranslations('shell')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  return (
    <>
      {state.kind === 'failed' && (
        <div className="p-3">
          <Notice message={errorMessage(state.failure)}>
            <NoticeAction label={common('retry')} onAct={onRetry} />
          </Notice>
        </div>
      )}
      <p role="status" className="border-t border-line px-4 py-2 text-xs text-soft empty:hidden">
        {state.kind === 'searching' && t('search.searching')}
        {state.kind === 'found' &&
          (state.more
            ? t('search.more', { count: state.found.length })
            : t('search.found', { count: state.found.length }))}
      </p>
    </>
  )
}

const recentShown = 5

/**
 * Returns the entries of the search dialog: found conversations, or recent ones for an empty query, and commands.
 */
function useEntries(text: string, state: SearchState, actions: CommandActions): EntryGroup[] {
  const t = useTranslations('shell')
  const format = useFormatter()
  const router = useRouter()
  const { items } = useConversations()
  const commands = useCommands(text, actions)

  const toEntry = (item: ConversationItem | FoundConversation): SearchEntry => {
    const messageId = 'messageId' in item ? item.messageId : null
    const activeIndex = format.dateTime(new Date(item.updatedAt), { dateStyle: 'medium' })
    return {
      key: item.id,
      icon: <MessageSquare aria-hidden="true" className="size-4 shrink-0 text-soft" />,
      label: item.title || t('search.untitled'),
      snippet: 'snippet' in item && messageId !== null ? item.snippet : null,
      note: item.archived ? t('search.archived', { at: activeIndex }) : activeIndex,
      onChoose: () => router.push(messageId === null ? `/c/${item.id}` : `/c/${item.id}?message=${messageId}`),
    }
  }
  const found = state.kind === 'idle' ? items.slice(0, recentShown) : 'found' in state ? state.found : []
  const groups = [
    { name: state.kind === 'idle' ? t('search.recent') : t('search.chats'), entries: found.map(toEntry) },
    { name: t('search.commands'), entries: commands },
  ]
  return groups.filter((group) => group.entries.length > 0)
}
