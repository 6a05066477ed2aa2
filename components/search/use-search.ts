'use client'

import { useEffect, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import type { FoundConversation, Page } from '@/lib/contract/api'

export type SearchState =
  | { kind: 'idle' }
  | { kind: 'searching'; found: FoundConversation[] }
  | { kind: 'found'; found: FoundConversation[]; more: boolean }
  | { kind: 'failed'; failure: Failure }

/** The search starts after this pause in typing, because searches are rate limited per minute. */
const pauseMs = 250
const maxResults = 20
/** The server's limit. */
const maxQueryLength = 200

/** Searches conversations for `text`. The previous results stay visible until the new ones arrive. */
export function useSearch(text: string): { state: SearchState; retry: () => void } {
  const [state, setState] = useState<SearchState>({ kind: 'idle' })
  const [tries, setTries] = useState(0)
  const query = text.replaceAll('\0', '').toWellFormed().trim().slice(0, maxQueryLength).toWellFormed()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry must repeat the same query
  useEffect(() => {
    if (query === '') return setState({ kind: 'idle' })
    const controller = new AbortController()
    const search = async () => {
      setState((now) => ({ kind: 'searching', found: 'found' in now ? now.found : [] }))
      const path = `/api/conversations?limit=${maxResults}&q=${encodeURIComponent(query)}`
      const result = await callApi<Page<FoundConversation>>(path, { signal: controller.signal })
      if (controller.signal.aborted) return
      if (!result.ok) return setState({ kind: 'failed', failure: result.failure })
      setState({ kind: 'found', found: result.value.items, more: result.value.nextCursor !== null })
    }
    const timer = setTimeout(search, pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [query, tries])
  return { state, retry: () => setTries((count) => count + 1) }
}
