import type { Metadata } from 'next'
import { PreferencesScreen } from '@/components/preference/preferences-screen'
import { requirePageSession } from '@/lib/http/page-session'
import { requestTranslator } from '@/lib/i18n/request-translator'

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('preference')
  return { title: t('title') }
}

export default async function PreferencesPage() {
  const { user } = await requirePageSession('/preferences')
  return <PreferencesScreen email={user.email} />
}
