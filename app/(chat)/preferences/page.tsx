import type { Metadata } from 'next'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { PreferencesScreen } from '@/components/preference/preferences-screen'
import { requirePageSession } from '@/lib/http/page-session'
import { requestMessages, requestTranslator } from '@/lib/i18n/request-language'

const namespaces = ['common', 'error', 'shell', 'preference'] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('preference')
  return { title: t('title') }
}

export default async function PreferencesPage() {
  const { user } = await requirePageSession('/preferences')
  return (
    <MessagesProvider {...(await requestMessages(namespaces))}>
      <PreferencesScreen user={user} />
    </MessagesProvider>
  )
}
