'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { useSettings } from '@/components/preference/settings-context'
import type { Language, Preferences } from '@/lib/contract/api'
import { languageCookie } from '@/lib/contract/language'

/** The stored preference rules over this browser's cookie: chosen on one device, it arrives on the next. */
export function ThemeSync() {
  const { preferences } = useSettings()
  const theme = preferences?.theme
  useEffect(() => {
    if (theme !== undefined) void applyTheme(theme).catch(() => undefined)
  }, [theme])
  return null
}

const yearMs = 31_536_000_000

/**
 * Shows a theme and remembers it in the cookie from which the server renders the next page without a flash.
 * `system` leaves both out: then `prefers-color-scheme` rules. Where the browser has no cookie store (plain http to
 * another machine), the next page takes the theme on as soon as the preferences are there.
 */
async function applyTheme(theme: Preferences['theme']): Promise<void> {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  if (!('cookieStore' in window)) return
  if (theme === 'system') await cookieStore.delete('gf-theme')
  else await cookieStore.set({ name: 'gf-theme', value: theme, expires: Date.now() + yearMs, sameSite: 'lax' })
}

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

const yearSeconds = 31_536_000

/** Remembers a language in the cookie by which the server renders; null: no cookie, the browser's rules. True: it changed. */
function applyLanguage(language: Language | null): boolean {
  const cookie = `${languageCookie}=${language ?? ''}`
  const now = document.cookie.split('; ').find((part) => part.startsWith(`${languageCookie}=`))
  if (now === (language === null ? undefined : cookie)) return false
  // biome-ignore lint/suspicious/noDocumentCookie: without https there is no cookieStore, and then no language could be chosen.
  document.cookie = `${cookie}; path=/; samesite=lax; max-age=${language === null ? 0 : yearSeconds}`
  return true
}
