import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { languageCookie } from '@/lib/contract/language'
import { chooseLanguage } from '@/lib/i18n/choose-language'

/** The language of the page that is being rendered. */
export const requestLanguage = cache(async () =>
  chooseLanguage((await cookies()).get(languageCookie)?.value, (await headers()).get('accept-language')),
)
