'use client'

import type { ReactNode } from 'react'
import { IntlProvider, type Messages } from 'use-intl'
import type { Language } from '@/lib/contract/api'

type MessagesProviderProps = { language: Language; messages: Partial<Messages>; children: ReactNode }

const isServer = typeof window === 'undefined'

/**
 * Provides the translated messages that the components inside may use. It replaces the messages of an outer
 * provider.
 */
export function MessagesProvider({ language, messages, children }: MessagesProviderProps) {
  // The server does not know the user's time zone. Dates must be rendered only after hydration.
  const timeZone = isServer ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <IntlProvider locale={language} messages={messages} timeZone={timeZone}>
      {children}
    </IntlProvider>
  )
}
