import { type Language, languages } from '@/lib/contract/api'
import { offlinePage } from '@/lib/i18n/offline-page'

/**
 * The service worker, `/sw.js?language=…`: it answers a page that cannot be reached with words, and keeps nothing else.
 * Pages are one person's own and never cached. A preload lets the request for a page leave while the worker still starts.
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
