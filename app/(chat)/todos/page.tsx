import type { Metadata } from 'next'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { TodosScreen } from '@/components/todo/todos-screen'
import { requirePageSession } from '@/lib/http/page-session'
import { requestMessages, requestTranslator } from '@/lib/i18n/request-language'

const namespaces = ['common', 'error', 'shell', 'sidebar', 'todo'] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('todo')
  return { title: t('title') }
}

export default async function TodosPage() {
  await requirePageSession('/todos')
  return (
    <MessagesProvider {...(await requestMessages(namespaces))}>
      <TodosScreen />
    </MessagesProvider>
  )
}
