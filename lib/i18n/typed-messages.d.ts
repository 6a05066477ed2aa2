import type { Language } from '@/lib/contract/api'
import type { en } from '@/messages/en'

// Unknown message keys and missing arguments must be compile errors.
declare module 'use-intl' {
  interface AppConfig {
    Locale: Language
    Messages: typeof en
  }
}
