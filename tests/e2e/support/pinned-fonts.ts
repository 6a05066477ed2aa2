import { createRequire } from 'node:module'
import type { BrowserContext } from '@playwright/test'

const { resolve } = createRequire(import.meta.url)
const folder = '@fontsource-variable'
const files: Readonly<Record<string, string>> = {
  'latin.woff2': resolve(`${folder}/vazirmatn/files/vazirmatn-latin-wght-normal.woff2`),
  'arabic.woff2': resolve(`${folder}/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2`),
  'mono.woff2': resolve(`${folder}/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2`),
  'maths.woff2': resolve('@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2'),
}
const face = (family: string, file: string, range: string) =>
  `@font-face { font-family: "${family}"; font-weight: 100 900; src: url("/pinned-fonts/${file}"); unicode-range: ${range} }`

const style = `
${face('Pinned', 'latin.woff2', 'U+0000-05FF, U+2000-2FFF')}
${face('Pinned', 'arabic.woff2', 'U+0600-06FF, U+200C-200E, U+FB50-FEFC')}
${face('Pinned maths', 'maths.woff2', 'U+0000-10FFFF')}
${face('Pinned mono', 'mono.woff2', 'U+0000-2FFF')}
html, body { font-family: "Pinned", sans-serif !important }
math { font-family: "Pinned maths", math !important }
code, kbd, pre, samp, .font-mono { font-family: "Pinned mono", monospace !important }
`

/**
 * Makes all pages of the context use the same fonts on every machine instead of the system's fonts. The fonts are
 * added to the app's own stylesheet and served from its origin, so that the Content-Security-Policy stays
 * unchanged.
 */
export async function pinFonts(context: BrowserContext): Promise<void> {
  await context.route('**/pinned-fonts/*', (route) =>
    route.fulfill({ path: files[new URL(route.request().url()).pathname.split('/').at(-1) ?? ''] ?? '' }),
  )
  await context.route('**/_next/static/**/*.css', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `${await response.text()}\n${style}` })
  })
}
