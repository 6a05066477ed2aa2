import { createTranslator, type Messages } from 'use-intl/core'
import { messages } from '@/lib/i18n/messages'
import { requestLanguage } from '@/lib/i18n/request-language'

/** What `useTranslations` is to components, for pages and their metadata: `const t = await requestTranslator('auth')`. */
export async function requestTranslator<const Namespace extends keyof Messages>(namespace: Namespace) {
  const locale = await requestLanguage()
  return createTranslator<Messages, Namespace>({ locale, messages: messages[locale], namespace })
}
