'use client'

import { usePathname } from 'next/navigation'
import { useCallback, useState } from 'react'
import { v7 } from 'uuid'
import { Chat } from '@/components/chat/chat'

const idInPath = (pathname: string): string | null => /^\/c\/([^/]+)/.exec(pathname)?.[1] ?? null

/**
 * Which conversation the address means. Both pages, `/` and `/c/<id>`, render this: a new chat gets its own address
 * through `history.replaceState` when the server has taken its first message, without a page change under a running
 * answer. The router keeps `/`'s page then, so "New chat" from there is only a change of the path, seen here.
 */
export function ChatScreen({ user }: { user: { id: string; name: string } }) {
  const pathname = usePathname()
  const shownId = idInPath(pathname)
  const [fresh, setFresh] = useState({ id: v7(), pathname })
  if (fresh.pathname !== pathname) setFresh({ id: shownId === null ? v7() : fresh.id, pathname })

  const conversationId = shownId ?? fresh.id
  const onAccepted = useCallback(() => {
    const path = `/c/${conversationId}`
    if (window.location.pathname === '/') window.history.replaceState(null, '', path)
  }, [conversationId])
  return (
    <Chat
      key={conversationId}
      user={user}
      conversationId={conversationId}
      isNew={conversationId === fresh.id}
      onAccepted={onAccepted}
    />
  )
}
