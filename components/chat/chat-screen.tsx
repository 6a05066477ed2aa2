'use client'

import { usePathname } from 'next/navigation'
import { useCallback, useState } from 'react'
import { v7 } from 'uuid'
import { Chat } from '@/components/chat/chat'

const idInPath = (pathname: string): string | null => /^\/c\/([^/]+)/.exec(pathname)?.[1] ?? null

/**
 * Shows the conversation of the URL. Both pages, `/` and `/c/<id>`, render this component: when the server has
 * accepted the first message of a new chat, `history.replaceState` sets its URL, because a navigation would
 * interrupt the running answer. The router then still renders the page of `/`, so "New chat" only changes the
 * pathname.
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
