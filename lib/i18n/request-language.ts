import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import type { Messages } from 'use-intl/core'
import { type Language, languages } from '@/lib/contract/api'
import { languageCookie } from '@/lib/contract/language'
import { messages, translatorIn } from './messages'

export const requestLanguage = cache(async () =>
  chooseLanguage((await cookies()).get(languageCookie)?.value, (await headers()).get('accept-language')),
)

const find = (tag: string): Language | undefined =>
  languages.find((language) => language === tag.toLowerCase().split('-')[0])

/** Returns the language of a page: the value of the cookie, else the best supported language of the browser. */
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

/** Returns the props of `MessagesProvider`: only these namespaces, in the language of the request. */
export async function requestMessages(namespaces: readonly (keyof Messages)[]) {
  const language = await requestLanguage()
  const all = messages[language]
  const selected: Partial<Messages> = Object.fromEntries(namespaces.map((namespace) => [namespace, all[namespace]]))
  return { language, messages: selected }
}

/** Returns `useTranslations` for pages and their metadata: `const t = await requestTranslator('auth')`. */
export async function requestTranslator<const Namespace extends keyof Messages>(namespace: Namespace) {
  return translatorIn(await requestLanguage())(namespace)
}
