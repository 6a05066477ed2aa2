'use client'

import { Search } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useSettings } from '@/components/preference/settings-context'
import { SearchResults } from '@/components/search/search-results'
import { SearchStatus } from '@/components/search/search-status'
import type { CommandActions } from '@/components/search/use-commands'
import { useEntries } from '@/components/search/use-entries'
import { useSearch } from '@/components/search/use-search'
import { Dialog } from '@/components/shell/dialog'
import { shortcutOf } from '@/components/shell/shortcut-of'

/** A combobox over a list box: focus stays in the field, the arrow keys move what Enter chooses. */
export function SearchDialog({ onClose, ...actions }: CommandActions & { onClose: () => void }) {
  const t = useTranslations('shell')
  const id = useId()
  const [text, setText] = useState('')
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const { preferences } = useSettings()
  const { state, again } = useSearch(text)
  const groups = useEntries(text, state, actions)
  const entries = groups.flatMap((group) => group.entries)
  // What was chosen may be gone with the next letter; then it is the first again.
  const at = Math.max(
    0,
    entries.findIndex(({ key }) => key === activeKey),
  )
  const active = entries[at]

  const onKeyDown = (event: KeyboardEvent, close: () => void) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const toggles = shortcutOf(event.nativeEvent) === 'search' && preferences?.shortcuts !== false
    if (toggles) close()
    else if (event.key === 'Enter' && active !== undefined) {
      close()
      active.onChoose()
    } else if (event.key === 'ArrowDown') setActiveKey(entries[(at + 1) % entries.length]?.key ?? null)
    else if (event.key === 'ArrowUp') setActiveKey(entries.at(at - 1)?.key ?? null)
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
          <SearchStatus state={state} onRetry={again} />
        </>
      )}
    </Dialog>
  )
}
