import type { Metadata } from 'next'
import { PreferencesScreen } from '@/components/preference/preferences-screen'
import { requirePageSession } from '@/lib/http/page-session'

export const metadata: Metadata = { title: 'Preferences' }

export default async function PreferencesPage() {
  await requirePageSession('/preferences')
  return <PreferencesScreen />
}
