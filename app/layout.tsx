import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { textDirection } from '@/lib/contract/language'
import { requestMessages, requestTranslator } from '@/lib/i18n/request-language'

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('common')
  return { title: { default: 'Goldfish', template: '%s · Goldfish' }, description: t('siteDescription') }
}

/** Returns the theme from the cookie that `applyTheme` writes, or null for the system's theme. */
async function chosenTheme(): Promise<'light' | 'dark' | null> {
  const theme = (await cookies()).get('gf-theme')?.value
  return theme === 'light' || theme === 'dark' ? theme : null
}

const pageColors = { light: '#ffffff', dark: '#1b1b1c' } as const

export async function generateViewport(): Promise<Viewport> {
  const theme = await chosenTheme()
  return {
    width: 'device-width',
    initialScale: 1,
    viewportFit: 'cover',
    // The on-screen keyboard shrinks the page, so that the composer stays above it.
    interactiveWidget: 'resizes-content',
    themeColor:
      theme === null
        ? [
            { media: '(prefers-color-scheme: light)', color: pageColors.light },
            { media: '(prefers-color-scheme: dark)', color: pageColors.dark },
          ]
        : pageColors[theme],
  }
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Pages must be rendered per request, because their scripts need the nonce of the response's CSP.
  await connection()
  const theme = await chosenTheme()
  const { language, messages } = await requestMessages(['common'])
  return (
    // `applyTheme` also writes `data-theme`, so React must not report the difference.
    <html lang={language} dir={textDirection(language)} data-theme={theme ?? undefined} suppressHydrationWarning>
      <body className="bg-page font-sans text-ink">
        <MessagesProvider language={language} messages={messages}>
          {children}
        </MessagesProvider>
      </body>
    </html>
  )
}
