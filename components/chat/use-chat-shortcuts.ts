'use client'

import { useRouter } from 'next/navigation'
import { type RefObject, useEffect } from 'react'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'

/** New chat, to the composer, copy the last answer. The preference switches all of them off. */
export function useChatShortcuts(
  inputRef: RefObject<HTMLTextAreaElement | null>,
  messages: readonly ThreadMessage[],
  enabled: boolean,
) {
  const router = useRouter()
  useEffect(() => {
    if (!enabled) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.shiftKey || event.isComposing) return
      const mod = event.ctrlKey || event.metaKey
      const key = event.key.toLowerCase()
      if (key === 'escape' && !mod) inputRef.current?.focus()
      else if (mod && key === 'o') router.push('/')
      else if (mod && key === 'c') {
        const answer = messages.findLast((message) => message.role === 'assistant')
        if (answer !== undefined) void navigator.clipboard?.writeText(messageText(answer)).catch(() => undefined)
      } else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [inputRef, messages, enabled, router])
}
