'use client'

import { SquarePen } from 'lucide-react'
import Link from 'next/link'
import { ConversationList } from '@/components/sidebar/conversation-list'
import { UserMenu } from '@/components/sidebar/user-menu'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

type SidebarProps = { user: { name: string; email: string }; onNavigate?: () => void }

const nothing = () => undefined

/** What stands beside the chat on a desktop and in the drawer on a phone. */
export function Sidebar({ user, onNavigate = nothing }: SidebarProps) {
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
      <div className="px-2 pb-4">
        <Link
          href="/"
          prefetch={false}
          onClick={onNavigate}
          className="flex items-center gap-2.5 rounded-lg border border-line bg-lift px-3 py-2 text-sm font-medium hover:bg-hover"
        >
          <SquarePen aria-hidden="true" className="size-4 text-accent" />
          New chat
        </Link>
      </div>
      <nav aria-label="Chats" className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2">
        <ConversationList onNavigate={onNavigate} />
      </nav>
      <UserMenu user={user} onNavigate={onNavigate} />
    </div>
  )
}
