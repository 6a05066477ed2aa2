import type { Messages } from 'use-intl'
import { messages } from '@/lib/i18n/messages'
import { requestLanguage } from '@/lib/i18n/request-language'

/** What a page's components say, for `MessagesProvider`: these namespaces in the request's language and no others. */
export async function requestMessages(namespaces: readonly (keyof Messages)[]) {
  const language = await requestLanguage()
  const all = messages[language]
  const wanted: Partial<Messages> = Object.fromEntries(namespaces.map((namespace) => [namespace, all[namespace]]))
  return { language, messages: wanted }
}
