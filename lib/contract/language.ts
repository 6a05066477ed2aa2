import type { Language } from '@/lib/contract/api'

/** The cookie with the chosen language. It also applies to pages that are requested before signing in. */
export const languageCookie = 'gf-language'

/** The name of each language in that language, because readers may not understand any other. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', ar: 'العربية' }

export const textDirection = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')
