'use client'

import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { ConversationRow } from '@/components/sidebar/conversation-row'
import { ListSkeleton } from '@/components/sidebar/list-skeleton'
import { LoadMore } from '@/components/sidebar/load-more'
import { useArchived } from '@/components/sidebar/use-archived'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

export function ArchivedList({ onNavigate }: { onNavigate: () => void }) {
  const t = useTranslations('sidebar')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const pathname = usePathname()
  const { list, failure, read, loadMore } = useArchived()
  if (list === null && failure === null) return <ListSkeleton />
  return (
    <div className="space-y-3 pb-4">
      {failure !== null && (
        <Notice message={wordsOf(failure)}>
          <NoticeAction label={common('retry')} onAct={() => void read()} />
        </Notice>
      )}
      {list?.items.length === 0 && <p className="px-3 text-sm text-soft">{t('archive.empty')}</p>}
      <ul>
        {list?.items.map((item) => (
          <ConversationRow key={item.id} item={item} active={pathname === `/c/${item.id}`} onNavigate={onNavigate} />
        ))}
      </ul>
      {list !== null && list.cursor !== null && failure === null && (
        <LoadMore key={list.items.length} onLoad={() => void loadMore()} />
      )}
    </div>
  )
}
