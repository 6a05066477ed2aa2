'use client'

import { Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useDeletion } from '@/components/sidebar/deletion-context'
import type { ConversationItem } from '@/lib/contract/api'

type ConversationLinkProps = { item: ConversationItem; active: boolean; onNavigate: () => void }

export function ConversationLink({ item, active, onNavigate }: ConversationLinkProps) {
  const { remove } = useDeletion()
  const title = item.title || 'New chat'
  return (
    <li className={`group/item relative flex items-center rounded-lg ${active ? 'bg-hover' : 'hover:bg-hover'}`}>
      {/* No prefetch: a list of chats must not open them all. */}
      <Link
        href={`/c/${item.id}`}
        prefetch={false}
        onClick={onNavigate}
        aria-current={active ? 'page' : undefined}
        title={title}
        className={`min-w-0 flex-1 truncate rounded-lg py-2 pl-3 text-sm pointer-coarse:py-2.5 ${active ? 'font-medium' : ''}`}
      >
        {title}
      </Link>
      <button
        type="button"
        aria-label={`Delete ${title}`}
        title="Delete"
        onClick={() => remove(item)}
        className="mr-1 grid size-7 shrink-0 place-items-center rounded-md text-soft hover:text-danger pointer-fine:opacity-0 pointer-fine:group-hover/item:opacity-100 pointer-fine:focus-visible:opacity-100"
      >
        <Trash2 aria-hidden="true" className="size-4" />
      </button>
    </li>
  )
}
