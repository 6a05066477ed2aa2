import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import type { Messages } from 'use-intl/core'
import { type Language, languages } from '@/lib/contract/api'
import { languageCookie } from '@/lib/contract/language'
import { messages, translatorIn } from './messages'

/** The language of the page that is being rendered. */
export const requestLanguage = cache(async () =>
  chooseLanguage((await cookies()).get(languageCookie)?.value, (await headers()).get('accept-language')),
)

const find = (tag: string): Language | undefined =>
  languages.find((language) => language === tag.toLowerCase().split('-')[0])

/** The language of a page: the one that was chosen (the cookie's value), else the browser's best that we have. */
export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | null): Language {
  const preferred = (acceptLanguage ?? '')
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  return (
    languages.find((language) => language === chosen) ?? preferred.map(({ tag }) => find(tag)).find(Boolean) ?? 'en'
  )
}

/** What a page's components say, for `MessagesProvider`: these namespaces in the request's language and no others. */
export async function requestMessages(namespaces: readonly (keyof Messages)[]) {
  const language = await requestLanguage()
  const all = messages[language]
  const wanted: Partial<Messages> = Object.fromEntries(namespaces.map((namespace) => [namespace, all[namespace]]))
  return { language, messages: wanted }
}

/** What `useTranslations` is to components, for pages and their metadata: `const t = await requestTranslator('auth')`. */
export async function requestTranslator<const Namespace extends keyof Messages>(namespace: Namespace) {
  return translatorIn(await requestLanguage())(namespace)
}
