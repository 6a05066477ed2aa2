'use client'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import type { EntryGroup, SearchEntry } from '@/components/search/use-commands'
import type { Snippet } from '@/lib/contract/api'

type SearchResultsProps = {
  /** The id of the list box and the prefix of its options' ids. */
  id: string
  groups: EntryGroup[]
  active: SearchEntry | undefined
  onPoint: (key: string) => void
  onChoose: (entry: SearchEntry) => void
}

/** The options cannot be reached with Tab: focus stays in the field, which refers to the active option. */
export function SearchResults({ id, groups, active, onPoint, onChoose }: SearchResultsProps) {
  const t = useTranslations('shell')
  const listRef = useRef<HTMLDivElement>(null)
  const activeKey = active?.key
  useEffect(() => {
    if (activeKey === undefined) return
    listRef.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [activeKey])
  if (groups.length === 0) return null
  return (
    <div
      ref={listRef}
      id={id}
      role="listbox"
      aria-label={t('search.results')}
      className="min-h-0 overflow-y-auto overscroll-contain p-2"
    >
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: options in a list box cannot be grouped with other elements
        <div key={group.name} role="group" aria-label={group.name} className="mb-2 last:mb-0">
          <p aria-hidden="true" className="px-3 py-1 text-xs font-medium text-soft">
            {group.name}
          </p>
          {group.entries.map((entry) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
            <div
              key={entry.key}
              id={`${id}-${entry.key}`}
              role="option"
              aria-selected={entry.key === activeKey}
              onClick={() => onChoose(entry)}
              onPointerMove={() => onPoint(entry.key)}
              className="flex cursor-pointer items-start gap-3 rounded-lg px-3 py-2 text-sm aria-selected:bg-hover pointer-coarse:py-3"
            >
              <span className="mt-0.5">{entry.icon}</span>
              <span className="min-w-0 flex-1">
                <span dir="auto" className="block truncate text-page-start">
                  {entry.label}
                </span>
                {entry.snippet && (
                  <span dir="auto" className="line-clamp-2 text-page-start text-soft [overflow-wrap:anywhere]">
                    <Highlighted snippet={entry.snippet} />
                  </span>
                )}
              </span>
              {entry.note !== undefined && <span className="shrink-0 text-xs leading-5 text-soft">{entry.note}</span>}
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}

function Highlighted({ snippet: { text, matches } }: { snippet: Snippet }) {
  const ends = [0, ...matches.map(([, end]) => end)]
  return (
    <>
      {matches.map(([start, end], index) => (
        <span key={start}>
          {text.slice(ends[index], start)}
          <mark className="rounded-sm bg-transparent font-semibold text-accent">{text.slice(start, end)}</mark>
        </span>
      ))}
      {text.slice(ends.at(-1))}
    </>
  )
}
