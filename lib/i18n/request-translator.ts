import type { Messages } from 'use-intl/core'
import { requestLanguage } from '@/lib/i18n/request-language'
import { translatorIn } from '@/lib/i18n/translator-in'

/** What `useTranslations` is to components, for pages and their metadata: `const t = await requestTranslator('auth')`. */
export async function requestTranslator<const Namespace extends keyof Messages>(namespace: Namespace) {
  return translatorIn(await requestLanguage())(namespace)
}
