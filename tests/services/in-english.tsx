import type { ReactNode } from 'react'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { messages } from '@/lib/i18n/messages'

/** What the page around a component gives it: everything the interface says, in English. */
export function InEnglish({ children }: { children: ReactNode }) {
  return (
    <MessagesProvider language="en" messages={messages.en}>
      {children}
    </MessagesProvider>
  )
}
