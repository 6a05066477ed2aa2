import type { Language } from '@/lib/contract/api'
import { languageCookie } from '@/lib/contract/language'

const yearSeconds = 31_536_000

/** Remembers a language in the cookie by which the server renders; null: no cookie, the browser's rules. True: it changed. */
export function applyLanguage(language: Language | null): boolean {
  const cookie = `${languageCookie}=${language ?? ''}`
  const now = document.cookie.split('; ').find((part) => part.startsWith(`${languageCookie}=`))
  if (now === (language === null ? undefined : cookie)) return false
  // biome-ignore lint/suspicious/noDocumentCookie: without https there is no cookieStore, and then no language could be chosen.
  document.cookie = `${cookie}; path=/; samesite=lax; max-age=${language === null ? 0 : yearSeconds}`
  return true
}
