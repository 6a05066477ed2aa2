import type { ReactNode } from 'react'
import { AppShell } from '@/components/shell/app-shell'
import { findPageSession } from '@/lib/http/page-session'

export default async function ChatLayout({ children }: { children: ReactNode }) {
  const session = await findPageSession()
  // A layout does not know its address; the page does, and sends who is not signed in away and back.
  if (session === null) return children
  return <AppShell user={session.user}>{children}</AppShell>
}
