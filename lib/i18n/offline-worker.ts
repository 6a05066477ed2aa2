import { createHash } from 'node:crypto'
import { type Language, languages } from '@/lib/contract/api'
import { textDirection } from '@/lib/contract/language'
import { translatorIn } from './messages'

/**
 * Returns the script of the service worker, `/sw.js?language=…`. It answers page loads with an offline page if
 * the network fails. It caches nothing else, because pages are private to one user. Navigation preload sends the
 * request of a page while the worker is still starting.
 */
export function offlineWorker(language: string | null): string {
  const known: Language = languages.find((each) => each === language) ?? 'en'
  const { html, policy } = offlinePage(known)
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }
  return `const html = ${JSON.stringify(html)}
const headers = ${JSON.stringify(headers)}
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([clients.claim(), registration.navigationPreload?.enable()]))
})
addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate' || event.request.method !== 'GET') return
  const load = async () => (await event.preloadResponse) ?? fetch(event.request)
  event.respondWith(load().catch(() => new Response(html, { status: 503, headers })))
})
`
}

/** The offline page. It must be self-contained, because nothing can be loaded when it is shown. */
type OfflinePage = { html: string; policy: string }

const style = `
  :root { color-scheme: light dark; --page: light-dark(#ffffff, #1b1b1c); --ink: light-dark(#1d1c1a, #ececea); --soft: light-dark(#5d5a55, #aeaba6); --accent: light-dark(#b93d09, #ff9b57); --on-accent: light-dark(#ffffff, #221003) }
  body { margin: 0; min-height: 100dvh; display: grid; place-items: center; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, sans-serif }
  main { max-width: 26rem; padding: 1rem; text-align: center }
  svg { width: 3.5rem; height: 3.5rem }
  h1 { margin: 1rem 0 .5rem; font-size: 1.5rem; line-height: 1.3 }
  p { margin: 0 0 1.5rem; color: var(--soft) }
  a { display: inline-block; padding: .6rem 1.2rem; border-radius: .75rem; background: var(--accent); color: var(--on-accent); font-weight: 500; text-decoration: none }
  a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }`

/**
 * Reloads the page as soon as the server answers. The `online` event alone is not enough, because it may fire too
 * early.
 */
const script = `const look = () => fetch('/api/health/live', { cache: 'no-store' }).then(() => location.reload()).catch(() => setTimeout(look, 2000))
addEventListener('online', look)
if (navigator.onLine) setTimeout(look, 2000)`

const fish = `<svg viewBox="0 0 32 32" aria-hidden="true"><path fill="#f4772e" d="M21.2 16c0 4.1-4.4 7.2-9.6 7.2C6.9 23.2 3 19.8 3 16s3.9-7.2 8.6-7.2c5.2 0 9.6 3.1 9.6 7.2z"/><path fill="#f98a3c" d="M19.3 16c2.3-2.7 5.2-5.9 8.5-6.5.9-.2 1.5.7 1.1 1.5-.9 1.7-1.5 3.3-1.5 5s.6 3.3 1.5 5c.4.8-.2 1.7-1.1 1.5-3.3-.6-6.2-3.8-8.5-6.5z"/><path fill="#f98a3c" d="M10.2 9.2c1.4-2.4 4-3.8 6.7-3.7.7 0 1.1.8.7 1.4-.9 1.2-1.2 2.6-1.1 4.1z"/><circle cx="8.3" cy="14.3" r="1.5" fill="#fff"/></svg>`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Returns the offline page and its CSP. "Try again" links to an empty `href`, which is the URL that failed. */
export function offlinePage(language: Language): OfflinePage {
  const t = translatorIn(language)('shell')
  const html = `<!DOCTYPE html>
<html lang="${language}" dir="${textDirection(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t('offline.title')} · Goldfish</title><style>${style}</style></head>
<body><main>${fish}<h1>${t('offline.title')}</h1><p>${t('offline.words')}</p><a href="">${t('offline.retry')}</a></main>
<script>${script}</script></body></html>`
  return {
    html,
    policy: `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
  }
}
