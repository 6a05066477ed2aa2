import type { ReactNode } from 'react'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { messages } from '@/lib/i18n/messages'

/** Renders a component with the English texts of the interface. */
export function InEnglish({ children }: { children: ReactNode }) {
  return (
    <MessagesProvider language="en" messages={messages.en}>
      {children}
    </MessagesProvider>
  )
}
