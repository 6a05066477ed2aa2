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

/** A pause in typing after which it is asked for: nobody's every letter has to be searched, and the limit is per minute. */
const pauseMs = 250
const mostFound = 20
/** What the server takes. */
const longestQuery = 200

/** What is found for a text; what was found for the one before stays in sight until then. */
export function useSearch(text: string): { state: SearchState; again: () => void } {
  const [state, setState] = useState<SearchState>({ kind: 'idle' })
  const [tries, setTries] = useState(0)
  const query = text.replaceAll('\0', '').toWellFormed().trim().slice(0, longestQuery).toWellFormed()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks the same again.
  useEffect(() => {
    if (query === '') return setState({ kind: 'idle' })
    const controller = new AbortController()
    const ask = async () => {
      setState((now) => ({ kind: 'searching', found: 'found' in now ? now.found : [] }))
      const path = `/api/conversations?limit=${mostFound}&q=${encodeURIComponent(query)}`
      const result = await callApi<Page<FoundConversation>>(path, { signal: controller.signal })
      if (controller.signal.aborted) return
      if (!result.ok) return setState({ kind: 'failed', failure: result.failure })
      setState({ kind: 'found', found: result.value.items, more: result.value.nextCursor !== null })
    }
    const timer = setTimeout(ask, pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [query, tries])
  return { state, again: () => setTries((count) => count + 1) }
}
