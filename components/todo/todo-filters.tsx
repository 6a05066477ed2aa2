'use client'

import type { MouseEvent } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { type TodoCounts, type TodoFilter, todoFilters } from '@/lib/contract/api'

type TodoFiltersProps = { filter: TodoFilter; counts: TodoCounts | null }

const addressOf = (filter: TodoFilter) => (filter === 'all' ? '/todos' : `/todos?filter=${filter}`)

/** Links, so that each list has an address and Back goes back; the page itself stays. */
export function TodoFilters({ filter, counts }: TodoFiltersProps) {
  const t = useTranslations('todo')
  const format = useFormatter()
  const onClick = (event: MouseEvent, wanted: TodoFilter) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    if (wanted !== filter) window.history.pushState(null, '', addressOf(wanted))
  }
  const countOf = ({ open, done }: TodoCounts) => ({ all: open + done, open, done })
  return (
    <nav aria-label={t('filter.label')}>
      <ul className="flex w-fit max-w-full gap-1 rounded-xl border border-line bg-rail p-1 text-sm">
        {todoFilters.map((one) => (
          <li key={one}>
            <a
              href={addressOf(one)}
              aria-current={one === filter ? 'true' : undefined}
              onClick={(event) => onClick(event, one)}
              className="flex items-center gap-1.5 rounded-lg px-3 py-1.5 text-soft hover:text-ink aria-[current]:bg-hover aria-[current]:font-medium aria-[current]:text-ink pointer-coarse:py-2.5"
            >
              {t(`filter.${one}`)}
              {counts !== null && <span className="tabular-nums text-soft">{format.number(countOf(counts)[one])}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
