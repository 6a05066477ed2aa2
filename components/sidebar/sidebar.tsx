'use client'
import { Archive, ArrowLeft, ListTodo, Search, SquarePen } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useDialogs } from '@/components/shell/dialogs-context'
import { ConversationList, ListSkeleton, LoadMore } from '@/components/sidebar/conversation-list'
import { ConversationRow } from '@/components/sidebar/conversation-row'
import { useConversations } from '@/components/sidebar/conversations-context'
import { readConversations } from '@/components/sidebar/read-conversations'
import { appendOlder, emptyList, mergeNewest, type ShownList } from '@/components/sidebar/shown-list'
import { UserMenu } from '@/components/sidebar/user-menu'
import { GoldfishMark } from '@/components/ui/goldfish-mark'
import { Notice, NoticeAction } from '@/components/ui/notice'
import type { ConversationItem, Page } from '@/lib/contract/api'

type SidebarProps = { user: { name: string; email: string }; onNavigate?: () => void }

const noop = () => undefined
const row =
  'flex w-full items-center gap-2.5 rounded-lg px-3 py-2 text-start text-sm hover:bg-hover pointer-coarse:py-2.5'

/** The sidebar: beside the page on wide screens, in the drawer on small ones. */
export function Sidebar({ user, onNavigate = noop }: SidebarProps) {
  const t = useTranslations('sidebar')
  const { openSearch, preloadSearch } = useDialogs()
  const [archive, setArchive] = useState(false)
  const isTodos = usePathname() === '/todos'
  const search = () => {
    onNavigate()
    openSearch()
  }
  return (
    <div className="flex h-full min-h-0 flex-col bg-rail">
      <div className="px-4 pt-4 pb-3">
        <Link
          href="/"
          prefetch={false}
          onClick={onNavigate}
          className="flex w-fit items-center gap-2 rounded-lg text-lg font-semibold tracking-tight"
        >
          <GoldfishMark className="size-7" />
          Goldfish
        </Link>
      </div>
      <div className="space-y-1 px-2 pb-4">
        <Link
          href="/"
          prefetch={false}
          onClick={onNavigate}
          className="flex items-center gap-2.5 rounded-lg border border-line bg-lift px-3 py-2 text-sm font-medium hover:bg-hover"
        >
          <SquarePen aria-hidden="true" className="size-4 text-accent" />
          {t('newChat')}
        </Link>
        <button
          type="button"
          onClick={search}
          onPointerEnter={preloadSearch}
          aria-haspopup="dialog"
          className={`${row} border border-transparent`}
        >
          <Search aria-hidden="true" className="size-4 text-soft" />
          {t('search')}
        </button>
        <Link
          href="/todos"
          prefetch={false}
          onClick={onNavigate}
          aria-current={isTodos ? 'page' : undefined}
          className={`${row} border border-transparent ${isTodos ? 'bg-hover font-medium' : ''}`}
        >
          <ListTodo aria-hidden="true" className="size-4 text-soft" />
          {t('todos')}
        </Link>
      </div>
      <nav aria-label={t('chats')} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2">
        {archive ? (
          <>
            <button type="button" onClick={() => setArchive(false)} className={`${row} mb-2 font-medium`}>
              <ArrowLeft aria-hidden="true" className="size-4 text-soft rtl:-scale-x-100" />
              {t('archive.back')}
            </button>
            <h2 className="px-3 pb-1 text-xs font-medium text-soft">{t('archive.title')}</h2>
            <ArchivedList onNavigate={onNavigate} />
          </>
        ) : (
          <>
            <ConversationList onNavigate={onNavigate} />
            <button type="button" onClick={() => setArchive(true)} className={`${row} mb-2 text-soft hover:text-ink`}>
              <Archive aria-hidden="true" className="size-4" />
              {t('archive.open')}
            </button>
          </>
        )}
      </nav>
      <UserMenu user={user} onNavigate={onNavigate} />
    </div>
  )
}

function ArchivedList({ onNavigate }: { onNavigate: () => void }) {
  const t = useTranslations('sidebar')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const pathname = usePathname()
  const { list, failure, read, loadMore } = useArchived()
  if (list === null && failure === null) return <ListSkeleton />
  return (
    <div className="space-y-3 pb-4">
      {failure !== null && (
        <Notice message={errorMessage(failure)}>
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

const none: Page<ConversationItem> = { items: [], nextCursor: null }

/** Clears the pinned state, because the archive has no pinned section. */
const withoutPins = (page: Page<ConversationItem>) => ({
  ...page,
  items: page.items.map((item) => ({ ...item, pinned: false })),
})

/** Fetches the archived conversations when they are shown, and again when the main list has changed. */
function useArchived() {
  const { items } = useConversations()
  const [list, setList] = useState<ShownList | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const reads = useRef(0)
  const read = useCallback(async () => {
    reads.current += 1
    const request = reads.current
    const result = await readConversations('archived=true&limit=30')
    if (request !== reads.current) return
    setFailure(result.ok ? null : result.failure)
    if (result.ok) setList((now) => mergeNewest(now ?? emptyList, withoutPins(result.value), none))
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the main list must trigger a new fetch
  useEffect(() => void read(), [read, items])

  const cursor = list?.cursor ?? null
  const loadMore = useCallback(async () => {
    if (cursor === null) return
    const result = await readConversations('archived=true&limit=30', cursor)
    setFailure(result.ok ? null : result.failure)
    if (!result.ok) return
    setList((now) => (now?.cursor === cursor ? appendOlder(now, withoutPins(result.value)) : now))
  }, [cursor])
  return { list, failure, read, loadMore }
}
