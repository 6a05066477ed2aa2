import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { offlineWorker } from '@/lib/i18n/offline-worker'

type FetchEvent = { request: { mode: string; method: string }; preloadResponse?: Promise<unknown> }

/** Runs the worker as a browser would; gives what it answers to a request, or null where it keeps out of it. */
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
  it('answers a page that cannot be reached, in the language asked for', async () => {
    const response = (await run('ar', fail)({ request: page })) as Response
    expect(response.status).toBe(503)
    const html = await response.text()
    expect(html).toContain('<html lang="ar" dir="rtl">')
    expect(html).toContain('<a href="">')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('hands on what the network answers, the preloaded first', async () => {
    const other = run('en', async () => 'fetched')
    expect(await other({ request: page })).toBe('fetched')
    expect(await other({ request: page, preloadResponse: Promise.resolve('preloaded') })).toBe('preloaded')
  })

  it('keeps out of everything that is not a page', async () => {
    expect(await run('en', fail)({ request: { mode: 'cors', method: 'GET' } })).toBeNull()
    expect(await run('en', fail)({ request: { mode: 'navigate', method: 'POST' } })).toBeNull()
  })

  it('puts nothing of the address into the script', () => {
    expect(offlineWorker('</script>')).toBe(offlineWorker('en'))
    expect(offlineWorker(null)).toBe(offlineWorker('en'))
  })
})
