import type { Language } from '@/lib/contract/api'
import type { en } from '@/messages/en'

// An unknown key and a missing argument are errors of the compiler wherever something is said.
declare module 'use-intl' {
  interface AppConfig {
    Locale: Language
    Messages: typeof en
  }
}
