import type { Language } from '@/lib/contract/api'

/** Where the browser keeps the chosen language, for pages that are asked for before anybody is signed in too. */
export const languageCookie = 'gf-language'

/** What each language calls itself: who looks for theirs may not read any other. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', ar: 'العربية' }

export const textDirection = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')
