'use client'

import type { ReactNode } from 'react'
import { IntlProvider, type Messages } from 'use-intl'
import type { Language } from '@/lib/contract/api'

type MessagesProviderProps = { language: Language; messages: Partial<Messages>; children: ReactNode }

const isServer = typeof window === 'undefined'

/** The messages that the components below may use, from the server. A provider replaces the one around it. */
export function MessagesProvider({ language, messages, children }: MessagesProviderProps) {
  // The server does not know where the reader is: dates are shown after hydration only.
  const timeZone = isServer ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <IntlProvider locale={language} messages={messages} timeZone={timeZone}>
      {children}
    </IntlProvider>
  )
}
