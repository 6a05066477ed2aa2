'use client'

import { useEffect } from 'react'
import { applyTheme } from '@/components/preference/apply-theme'
import { useSettings } from '@/components/preference/settings-context'

/** The stored preference rules over this browser's cookie: chosen on one device, it arrives on the next. */
export function ThemeSync() {
  const { preferences } = useSettings()
  const theme = preferences?.theme
  useEffect(() => {
    if (theme !== undefined) void applyTheme(theme).catch(() => undefined)
  }, [theme])
  return null
}
