import type { ReactNode } from 'react'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { AppShell } from '@/components/shell/app-shell'
import { findPageSession } from '@/lib/http/page-session'
import { requestMessages } from '@/lib/i18n/request-language'

const namespaces = [
  'common',
  'error',
  'shell',
  'sidebar',
  'chat',
  'thread',
  'answer',
  'markdown',
  'share',
  'tool',
] as const

export default async function ChatLayout({ children }: { children: ReactNode }) {
  const session = await findPageSession()
  // A layout does not receive the URL. The page redirects signed-out users to sign-in with the path to return to.
  if (session === null) return children
  return (
    <MessagesProvider {...(await requestMessages(namespaces))}>
      <AppShell user={session.user}>{children}</AppShell>
    </MessagesProvider>
  )
}
