'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { ConversationLink } from '@/components/sidebar/conversation-link'
import { useConversations } from '@/components/sidebar/conversations-context'
import { groupByDate } from '@/components/sidebar/group-by-date'
import { ListSkeleton } from '@/components/sidebar/list-skeleton'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

export function ConversationList({ onNavigate }: { onNavigate: () => void }) {
  const { items, loading, failure, hasMore, refresh, loadMore } = useConversations()
  const pathname = usePathname()
  // "Today" of the moment the list was shown; a page left open over midnight is put right by the next refresh.
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    if (items.length > 0) setNow(new Date())
  }, [items])

  if (loading) return <ListSkeleton />
  return (
    <div className="space-y-5 pb-4">
      {failure !== null && (
        <Notice message={items.length === 0 ? failure.message : 'The list could not be brought up to date.'}>
          <NoticeAction label="Retry" onAct={refresh} />
        </Notice>
      )}
      {failure === null && items.length === 0 && (
        <p className="px-3 text-sm text-soft">Your chats will be listed here.</p>
      )}
      {groupByDate(items, now).map((group) => (
        <section key={group.name}>
          <h2 className="px-3 pb-1 text-xs font-medium text-soft">{group.name}</h2>
          <ul>
            {group.items.map((item) => (
              <ConversationLink
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

/** Loads the next page shortly before it is scrolled to. A new one (`key`) per page: it is asked again while in view. */
function LoadMore({ onLoad }: { onLoad: () => void }) {
  const ref = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const root = element.closest('nav')
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoad(), {
      root,
      rootMargin: '300px 0px',
    })
    near.observe(element)
    return () => near.disconnect()
  }, [onLoad])
  return (
    <p ref={ref} role="status" className="px-3 text-sm text-soft">
      Loading more…
    </p>
  )
}
