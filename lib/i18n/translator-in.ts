import { createTranslator, type Messages } from 'use-intl/core'
import type { Language } from '@/lib/contract/api'
import { messages } from '@/lib/i18n/messages'

/** What `useTranslations` is to components, for text of one language: `const t = translatorIn('de')('shell')`. */
export const translatorIn =
  (locale: Language) =>
  <const Namespace extends keyof Messages>(namespace: Namespace) =>
    createTranslator<Messages, Namespace>({ locale, messages: messages[locale], namespace })
