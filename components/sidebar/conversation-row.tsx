'use client'

import { Archive, ArchiveRestore, FileJson, FileText, Pencil, Pin, PinOff, Share, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { useDialogs } from '@/components/shell/dialogs-context'
import { useToast } from '@/components/shell/toast-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import { RenameField } from '@/components/sidebar/rename-field'
import { RowMark } from '@/components/sidebar/row-mark'
import { RowMenu } from '@/components/sidebar/row-menu'
import { useConversationActions } from '@/components/sidebar/use-conversation-actions'
import type { ConversationItem } from '@/lib/contract/api'

type ConversationRowProps = { item: ConversationItem; active: boolean; onNavigate: () => void }

const icon = { 'aria-hidden': true, className: 'size-4 shrink-0' } as const

export function ConversationRow({ item, active, onNavigate }: ConversationRowProps) {
  const t = useTranslations('sidebar')
  const wordsOf = useFailureWords()
  const { say } = useToast()
  const { openShare } = useDialogs()
  const { change, unseen } = useConversations()
  const { removeItem, pin, archive, save } = useConversationActions()
  const [renaming, setRenaming] = useState(false)
  const rowRef = useRef<HTMLLIElement>(null)
  const title = item.title || t('untitled')

  const rename = async (wanted: string | null, byKey: boolean) => {
    setRenaming(false)
    // The menu's button is back with the next frame.
    if (byKey) requestAnimationFrame(() => rowRef.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus())
    if (wanted === null) return
    const failure = await change(item, { title: wanted })
    if (failure !== null) say({ message: wordsOf(failure) })
  }
  const entries = [
    { label: t('row.rename'), icon: <Pencil {...icon} />, onAct: () => setRenaming(true) },
    ...(item.archived
      ? []
      : [
          {
            label: item.pinned ? t('row.unpin') : t('row.pin'),
            icon: item.pinned ? <PinOff {...icon} /> : <Pin {...icon} />,
            onAct: () => void pin(item),
          },
        ]),
    { label: t('row.share'), icon: <Share {...icon} />, onAct: () => openShare(item) },
    { label: t('row.saveMarkdown'), icon: <FileText {...icon} />, onAct: () => void save(item, 'markdown') },
    { label: t('row.saveJson'), icon: <FileJson {...icon} />, onAct: () => void save(item, 'json') },
    {
      label: item.archived ? t('row.unarchive') : t('row.archive'),
      icon: item.archived ? <ArchiveRestore {...icon} /> : <Archive {...icon} />,
      onAct: () => void archive(item),
    },
    { label: t('row.delete'), icon: <Trash2 {...icon} />, danger: true, onAct: () => void removeItem(item) },
  ]
  return (
    <li
      ref={rowRef}
      className={`group/item relative flex items-center rounded-lg ${active ? 'bg-hover' : 'hover:bg-hover'}`}
    >
      {renaming ? (
        <RenameField title={item.title} onDone={(wanted, byKey) => void rename(wanted, byKey)} />
      ) : (
        <>
          {/* No prefetch: a list of chats must not open them all. */}
          <Link
            href={`/c/${item.id}`}
            prefetch={false}
            onClick={onNavigate}
            aria-current={active ? 'page' : undefined}
            title={title}
            className={`flex min-w-0 flex-1 items-center gap-1 rounded-lg py-2 ps-3 pe-2 text-sm group-focus-within/item:pe-9 group-hover/item:pe-9 pointer-coarse:py-2.5 pointer-coarse:pe-11 ${active ? 'font-medium' : ''}`}
          >
            <span dir="auto" className="min-w-0 flex-1 truncate text-page-start">
              {title}
            </span>
            <RowMark running={item.running} unseen={unseen.has(item.id)} />
          </Link>
          <RowMenu
            label={t('row.menu', { title })}
            entries={entries}
            className="absolute end-1 size-7 pointer-coarse:size-10 pointer-fine:opacity-0 pointer-fine:group-hover/item:opacity-100 pointer-fine:focus-visible:opacity-100 pointer-fine:aria-expanded:opacity-100"
          />
        </>
      )}
    </li>
  )
}
