import type { ReactNode } from 'react'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { requestMessages } from '@/lib/i18n/request-language'

const namespaces = ['common', 'error', 'auth'] as const

export default async function AuthLayout({ children }: { children: ReactNode }) {
  return <MessagesProvider {...(await requestMessages(namespaces))}>{children}</MessagesProvider>
}
