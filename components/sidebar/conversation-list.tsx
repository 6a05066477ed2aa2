'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { ConversationRow } from '@/components/sidebar/conversation-row'
import { useConversations } from '@/components/sidebar/conversations-context'
import { type DateGroup, groupByDate } from '@/components/sidebar/group-by-date'
import { ListSkeleton } from '@/components/sidebar/list-skeleton'
import { LoadMore } from '@/components/sidebar/load-more'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

export function ConversationList({ onNavigate }: { onNavigate: () => void }) {
  const t = useTranslations('sidebar')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const format = useFormatter()
  const { items, loading, failure, hasMore, refresh, loadMore } = useConversations()
  const pathname = usePathname()
  // "Today" of the moment the list was shown; a page left open over midnight is put right by the next refresh.
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    if (items.length > 0) setNow(new Date())
  }, [items])

  const nameOf = (name: DateGroup['name']) => {
    if (!(name instanceof Date)) return t(`group.${name}`)
    const ofThisYear = name.getFullYear() === now.getFullYear()
    return format.dateTime(name, { month: 'long', ...(ofThisYear ? {} : { year: 'numeric' }) })
  }
  if (loading) return <ListSkeleton />
  return (
    <div className="space-y-5 pb-4">
      {failure !== null && (
        <Notice message={items.length === 0 ? wordsOf(failure) : t('list.stale')}>
          <NoticeAction label={common('retry')} onAct={refresh} />
        </Notice>
      )}
      {failure === null && items.length === 0 && <p className="px-3 text-sm text-soft">{t('list.empty')}</p>}
      {groupByDate(items, now).map((group) => (
        <section key={String(group.name)}>
          <h2 className="px-3 pb-1 text-xs font-medium text-soft">{nameOf(group.name)}</h2>
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
