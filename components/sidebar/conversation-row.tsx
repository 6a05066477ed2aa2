'use client'
import {
  Archive,
  ArchiveRestore,
  FileJson,
  FileText,
  LoaderCircle,
  Pencil,
  Pin,
  PinOff,
  Share,
  Trash2,
} from 'lucide-react'
import Link from 'next/link'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useDialogs } from '@/components/shell/dialogs-context'
import { useToast } from '@/components/shell/toast-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import { RowMenu } from '@/components/sidebar/row-menu'
import { useConversationActions } from '@/components/sidebar/use-conversation-actions'
import type { ConversationItem } from '@/lib/contract/api'

type ConversationRowProps = { item: ConversationItem; active: boolean; onNavigate: () => void }

const icon = { 'aria-hidden': true, className: 'size-4 shrink-0' } as const

export function ConversationRow({ item, active, onNavigate }: ConversationRowProps) {
  const t = useTranslations('sidebar')
  const errorMessage = useErrorMessage()
  const { showToast } = useToast()
  const { openShare } = useDialogs()
  const { change, unseen } = useConversations()
  const { removeItem, pin, archive, save } = useConversationActions()
  const [renaming, setRenaming] = useState(false)
  const rowRef = useRef<HTMLLIElement>(null)
  const title = item.title || t('untitled')

  const rename = async (newTitle: string | null, byKey: boolean) => {
    setRenaming(false)
    // The menu button is rendered again with the next frame.
    if (byKey) requestAnimationFrame(() => rowRef.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus())
    if (newTitle === null) return
    const failure = await change(item, { title: newTitle })
    if (failure !== null) showToast({ message: errorMessage(failure) })
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
        <RenameField title={item.title} onDone={(newTitle, byKey) => void rename(newTitle, byKey)} />
      ) : (
        <>
          {/* No prefetch, because the list would otherwise load every conversation. */}
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

/** Marks a conversation with a running answer, or with an answer that ended while the user was elsewhere. */
function RowMark({ running, unseen }: { running: boolean; unseen: boolean }) {
  const t = useTranslations('sidebar')
  if (!running && !unseen) return null
  return (
    <span className="grid size-5 shrink-0 place-items-center">
      {running ? (
        <LoaderCircle aria-hidden="true" className="size-3.5 animate-spin text-soft" />
      ) : (
        <span className="size-2 rounded-full bg-accent" />
      )}
      <span className="sr-only">{running ? t('row.running') : t('row.unseen')}</span>
    </span>
  )
}

type RenameFieldProps = {
  title: string
  /**
   * Null keeps the title. `byKey` is true if a key ended the edit, so that focus must be restored. A click
   * elsewhere has already moved it.
   */
  onDone: (title: string | null, byKey: boolean) => void
}

/** Enter and blur save the new title. Escape and an empty title keep the old one. */
function RenameField({ title, onDone }: RenameFieldProps) {
  const t = useTranslations('sidebar')
  const inputRef = useRef<HTMLInputElement>(null)
  const done = useRef(false)
  useEffect(() => inputRef.current?.select(), [])
  const finish = (text: string | null, byKey: boolean) => {
    if (done.current) return
    done.current = true
    // The server accepts one line without control characters.
    const newTitle = text
      ?.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .toWellFormed()
      .trim()
    onDone(newTitle && newTitle !== title ? newTitle : null, byKey)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    // Otherwise the key would also close the surrounding drawer.
    event.preventDefault()
    event.stopPropagation()
    finish(event.key === 'Enter' ? event.currentTarget.value : null, true)
  }
  return (
    <input
      ref={inputRef}
      defaultValue={title}
      maxLength={200}
      dir="auto"
      aria-label={t('row.title')}
      enterKeyHint="done"
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value, false)}
      className="m-0.5 min-w-0 flex-1 rounded-md border border-edge bg-lift px-2 py-1.5 text-sm pointer-coarse:py-2 pointer-coarse:text-base"
    />
  )
}
