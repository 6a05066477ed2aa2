import compile from 'icu-minify/compile'
import { createTranslator, type Messages } from 'use-intl/core'
import type { Language } from '@/lib/contract/api'
import { ar } from '@/messages/ar'
import { de } from '@/messages/de'
import { en } from '@/messages/en'

/** Everything the interface says, parsed once when the process starts: the browser needs no parser. */
export const messages: Readonly<Record<Language, Messages>> = {
  en: parseMessages(en),
  de: parseMessages(de),
  ar: parseMessages(ar),
}

type Texts = { readonly [key: string]: string | Texts }

/**
 * ICU messages in the parsed form that `use-intl/format-message/format-only` takes. Still typed as what they were: from
 * their text the compiler knows each message's arguments.
 */
export function parseMessages<Message extends Texts>(messages: Message): Messages {
  return JSON.parse(JSON.stringify(messages), (_key, value) =>
    // As JSON once more: the parser makes objects without a prototype, which React hands to no component.
    typeof value === 'string' ? JSON.parse(JSON.stringify(compile(value))) : value,
  )
}

/** What `useTranslations` is to components, for text of one language: `const t = translatorIn('de')('shell')`. */
export const translatorIn =
  (locale: Language) =>
  <const Namespace extends keyof Messages>(namespace: Namespace) =>
    createTranslator<Messages, Namespace>({ locale, messages: messages[locale], namespace })
