import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { offlineWorker } from '@/lib/i18n/offline-worker'

type FetchEvent = { request: { mode: string; method: string }; preloadResponse?: Promise<unknown> }

/**
 * Runs the worker as a browser would. The returned function resolves to its response, or to null if it does not
 * respond.
 */
function run(language: string | null, fetch: () => Promise<unknown>) {
  const listeners: Record<string, (event: object) => void> = {}
  runInNewContext(offlineWorker(language), {
    addEventListener: (name: string, listener: (event: object) => void) => {
      listeners[name] = listener
    },
    fetch,
    Response,
  })
  return async (event: FetchEvent) => {
    const answers: Promise<unknown>[] = []
    listeners.fetch?.({ ...event, respondWith: (answer: Promise<unknown>) => answers.push(answer) })
    return answers[0] ?? null
  }
}

const page = { mode: 'navigate', method: 'GET' }
const fail = () => Promise.reject(new TypeError('Failed to fetch'))

describe('offlineWorker', () => {
  it('the offline worker answers a page that cannot be reached in the requested language', async () => {
    const response = (await run('ar', fail)({ request: page })) as Response
    expect(response.status).toBe(503)
    const html = await response.text()
    expect(html).toContain('<html lang="ar" dir="rtl">')
    expect(html).toContain('<a href="">')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('the offline worker returns the response of the network and prefers the preloaded one', async () => {
    const other = run('en', async () => 'fetched')
    expect(await other({ request: page })).toBe('fetched')
    expect(await other({ request: page, preloadResponse: Promise.resolve('preloaded') })).toBe('preloaded')
  })

  it('the offline worker does not respond to requests other than page loads', async () => {
    expect(await run('en', fail)({ request: { mode: 'cors', method: 'GET' } })).toBeNull()
    expect(await run('en', fail)({ request: { mode: 'navigate', method: 'POST' } })).toBeNull()
  })

  it('the script of the offline worker contains no text of its URL', () => {
    expect(offlineWorker('</script>')).toBe(offlineWorker('en'))
    expect(offlineWorker(null)).toBe(offlineWorker('en'))
  })
})
