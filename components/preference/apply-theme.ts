import type { Preferences } from '@/lib/contract/api'

const yearMs = 31_536_000_000

/**
 * Shows a theme and remembers it in the cookie from which the server renders the next page without a flash.
 * `system` leaves both out: then `prefers-color-scheme` rules. Where the browser has no cookie store (plain http to
 * another machine), the next page takes the theme on as soon as the preferences are there.
 */
export async function applyTheme(theme: Preferences['theme']): Promise<void> {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  if (!('cookieStore' in window)) return
  if (theme === 'system') await cookieStore.delete('gf-theme')
  else await cookieStore.set({ name: 'gf-theme', value: theme, expires: Date.now() + yearMs, sameSite: 'lax' })
}
