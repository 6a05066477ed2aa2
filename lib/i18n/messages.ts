import compile from 'icu-minify/compile'
import { createTranslator, type Messages } from 'use-intl/core'
import type { Language } from '@/lib/contract/api'
import { ar } from '@/messages/ar'
import { de } from '@/messages/de'
import { en } from '@/messages/en'

/** All interface texts, parsed once at process start, so that the browser needs no ICU parser. */
export const messages: Readonly<Record<Language, Messages>> = {
  en: parseMessages(en),
  de: parseMessages(de),
  ar: parseMessages(ar),
}

type Texts = { readonly [key: string]: string | Texts }

/**
 * Parses ICU messages into the form that `use-intl/format-message/format-only` expects. The declared type stays
 * that of the texts, because the compiler infers the arguments of each message from its text.
 */
export function parseMessages<Message extends Texts>(messages: Message): Messages {
  return JSON.parse(JSON.stringify(messages), (_key, value) =>
    // Must be copied through JSON, because the parser creates objects without a prototype, which React cannot pass to
    // components.
    typeof value === 'string' ? JSON.parse(JSON.stringify(compile(value))) : value,
  )
}

/**
 * Returns `useTranslations` for code outside components, in one language: `const t =
 * translatorIn('de')('shell')`.
 */
export const translatorIn =
  (locale: Language) =>
  <const Namespace extends keyof Messages>(namespace: Namespace) =>
    createTranslator<Messages, Namespace>({ locale, messages: messages[locale], namespace })
