import type { MetadataRoute } from 'next'
import { textDirection } from '@/lib/contract/language'
import { requestLanguage, requestTranslator } from '@/lib/i18n/request-language'

/** The web app manifest. Browsers request it without cookies, so its language is always the browser's. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const language = await requestLanguage()
  const t = await requestTranslator('common')
  return {
    id: '/',
    name: 'Goldfish',
    short_name: 'Goldfish',
    description: t('siteDescription'),
    lang: language,
    dir: textDirection(language),
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#ffffff',
    theme_color: '#ffffff',
    categories: ['productivity'],
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/icons/goldfish-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/goldfish-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icons/maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  }
}
