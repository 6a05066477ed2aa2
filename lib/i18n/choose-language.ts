import { type Language, languages } from '@/lib/contract/api'

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
