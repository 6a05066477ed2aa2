import { expect, it } from 'vitest'
import { chooseLanguage } from './request-language'

it.each([
  ['ar', 'de', 'ar'],
  ['fr', 'de', 'de'],
  ['', null, 'en'],
  [undefined, null, 'en'],
  [undefined, 'de', 'de'],
  [undefined, 'de-AT,de;q=0.9,en;q=0.8', 'de'],
  [undefined, 'fr-CH, fr;q=0.9, en;q=0.3, AR-eg;q=0.5', 'ar'],
  [undefined, 'de;q=0, en;q=0.1', 'en'],
  [undefined, 'fr, *;q=0.5', 'en'],
  [undefined, 'de;q=nonsense, ar;q=0.2', 'ar'],
])('for cookie %s and Accept-Language %s, chooses %s', (chosen, acceptLanguage, language) => {
  expect(chooseLanguage(chosen, acceptLanguage)).toBe(language)
})
