'use client'
import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { ConversationRow } from '@/components/sidebar/conversation-row'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Notice, NoticeAction } from '@/components/ui/notice'
import type { ConversationItem } from '@/lib/contract/api'

export function ConversationList({ onNavigate }: { onNavigate: () => void }) {
  const t = useTranslations('sidebar')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const format = useFormatter()
  const { items, loading, failure, hasMore, refresh, loadMore } = useConversations()
  const pathname = usePathname()
  // "Today" is the day when the list was rendered. A page left open over midnight is corrected by the next
  // refresh.
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    if (items.length > 0) setNow(new Date())
  }, [items])

  const groupName = (name: DateGroup['name']) => {
    if (!(name instanceof Date)) return t(`group.${name}`)
    const ofThisYear = name.getFullYear() === now.getFullYear()
    return format.dateTime(name, { month: 'long', ...(ofThisYear ? {} : { year: 'numeric' }) })
  }
  if (loading) return <ListSkeleton />
  return (
    <div className="space-y-5 pb-4">
      {failure !== null && (
        <Notice message={items.length === 0 ? errorMessage(failure) : t('list.stale')}>
          <NoticeAction label={common('retry')} onAct={refresh} />
        </Notice>
      )}
      {failure === null && items.length === 0 && <p className="px-3 text-sm text-soft">{t('list.empty')}</p>}
      {groupByDate(items, now).map((group) => (
        <section key={String(group.name)}>
          <h2 className="px-3 pb-1 text-xs font-medium text-soft">{groupName(group.name)}</h2>
          <ul>
            {group.items.map((item) => (
              <ConversationRow
                key={item.id}
                item={item}
                active={pathname === `/c/${item.id}`}
                onNavigate={onNavigate}
              />
            ))}
          </ul>
        </section>
      ))}
      {hasMore && failure === null && <LoadMore key={items.length} onLoad={loadMore} />}
    </div>
  )
}

/** A group of conversations. A month is identified by its first day. */
type DateGroup = { name: 'pinned' | 'today' | 'yesterday' | 'week' | Date; items: ConversationItem[] }

/**
 * Midnight in the local time zone. Subtracting multiples of 24 hours would be wrong, because days have 23 to 25
 * hours.
 */
const midnight = (now: Date, daysAgo: number) =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime()

/**
 * Groups conversations into pinned, days and months in the local time zone. `items` must be sorted by newest
 * activity.
 */
export function groupByDate(items: readonly ConversationItem[], now: Date): DateGroup[] {
  const groupName = (item: ConversationItem): DateGroup['name'] => {
    const at = Date.parse(item.updatedAt)
    if (item.pinned) return 'pinned'
    if (at >= midnight(now, 0)) return 'today'
    if (at >= midnight(now, 1)) return 'yesterday'
    if (at >= midnight(now, 7)) return 'week'
    const day = new Date(at)
    return new Date(day.getFullYear(), day.getMonth(), 1)
  }
  const groups = new Map<string, DateGroup>([['pinned', { name: 'pinned', items: [] }]])
  for (const item of items) {
    const name = groupName(item)
    const group = groups.get(String(name))
    if (group === undefined) groups.set(String(name), { name, items: [item] })
    else group.items.push(item)
  }
  return [...groups.values()].filter((group) => group.items.length > 0)
}

/**
 * Loads the next page shortly before the user scrolls to it. It needs a new `key` for each page, so that it loads
 * again if it is still in view.
 */
export function LoadMore({ onLoad }: { onLoad: () => void }) {
  const t = useTranslations('sidebar')
  const ref = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const root = element.closest('nav, [data-scrolls]')
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoad(), {
      root,
      rootMargin: '300px 0px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [onLoad])
  return (
    <p ref={ref} role="status" className="px-3 text-sm text-soft">
      {t('list.more')}
    </p>
  )
}

const widths = ['w-4/5', 'w-3/5', 'w-11/12', 'w-2/3', 'w-3/4']

export function ListSkeleton() {
  const t = useTranslations('sidebar')
  return (
    <div role="status" className="animate-pulse space-y-4 px-3 pt-2">
      <span className="sr-only">{t('list.loading')}</span>
      {widths.map((width) => (
        <div key={width} className={`h-4 rounded bg-hover ${width}`} />
      ))}
    </div>
  )
}
