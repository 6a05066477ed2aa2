import type { Messages } from 'use-intl'
import type { Language } from '@/lib/contract/api'
import { parseMessages } from '@/lib/i18n/parse-messages'
import { ar } from '@/messages/ar'
import { de } from '@/messages/de'
import { en } from '@/messages/en'

/** Everything the interface says, parsed once when the process starts: the browser needs no parser. */
export const messages: Readonly<Record<Language, Messages>> = {
  en: parseMessages(en),
  de: parseMessages(de),
  ar: parseMessages(ar),
}
