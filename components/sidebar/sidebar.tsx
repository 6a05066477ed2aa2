'use client'

import { Archive, ArrowLeft, ListTodo, Search, SquarePen } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useDialogs } from '@/components/shell/dialogs-context'
import { ArchivedList } from '@/components/sidebar/archived-list'
import { ConversationList } from '@/components/sidebar/conversation-list'
import { UserMenu } from '@/components/sidebar/user-menu'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

type SidebarProps = { user: { name: string; email: string }; onNavigate?: () => void }

const nothing = () => undefined
const row =
  'flex w-full items-center gap-2.5 rounded-lg px-3 py-2 text-start text-sm hover:bg-hover pointer-coarse:py-2.5'

/** What stands beside the chat on a desktop and in the drawer on a phone. */
export function Sidebar({ user, onNavigate = nothing }: SidebarProps) {
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
