'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { useSettings } from '@/components/preference/settings-context'
import type { Language, Preferences } from '@/lib/contract/api'
import { languageCookie } from '@/lib/contract/language'

/**
 * Applies the stored theme. It takes precedence over this browser's cookie, so that a choice reaches all devices.
 */
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
 * Applies a theme and stores it in the cookie from which the server renders the next page, so that no page
 * flashes. `system` removes both, and `prefers-color-scheme` applies. `cookieStore` needs HTTPS or localhost.
 * Without it, the theme is applied after each page load, once the preferences have been fetched.
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
 * Applies the stored language. It takes precedence over this browser's cookie. A change makes the server render
 * the page again; client state, such as typed text, is kept.
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

/**
 * Stores a language in the cookie that the server reads. Null removes it, so that the browser's language applies.
 * Returns whether the cookie has changed.
 */
function applyLanguage(language: Language | null): boolean {
  const cookie = `${languageCookie}=${language ?? ''}`
  const now = document.cookie.split('; ').find((part) => part.startsWith(`${languageCookie}=`))
  if (now === (language === null ? undefined : cookie)) return false
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore needs HTTPS, but the language must work without it
  document.cookie = `${cookie}; path=/; samesite=lax; max-age=${language === null ? 0 : yearSeconds}`
  return true
}
