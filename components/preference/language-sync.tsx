'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { applyLanguage } from '@/components/preference/apply-language'
import { useSettings } from '@/components/preference/settings-context'

/**
 * The stored preference rules over this browser's cookie. A change has the server render the page anew; what is typed or
 * open in it stays.
 */
export function LanguageSync() {
  const router = useRouter()
  const { preferences } = useSettings()
  const language = preferences?.language
  useEffect(() => {
    if (language !== undefined && applyLanguage(language)) router.refresh()
  }, [language, router])
  return null
}
