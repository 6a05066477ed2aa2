'use client'
import { useEffect, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import { useToolActions } from '@/components/tool/tool-actions-context'
import { findTitle, readText } from '@/components/tool/tool-values'
import type { TodoItem } from '@/lib/contract/api'
import type { ToolPart } from '@/lib/contract/ui-message'

/**
 * Returns the title of the todo that a call refers to by id: from the conversation, or fetched if `shouldFetch` is
 * true. Returns null if neither is known yet.
 */
export function useTodoTitle(part: ToolPart, shouldFetch: boolean): string | null {
  const { messages } = useToolActions()
  const id = readText(part.input, 'id')
  const knownTitle = id === null ? null : findTitle(messages.current, id)
  const [found, setFound] = useState<string | null>(null)
  const missing = shouldFetch && knownTitle === null ? id : null
  useEffect(() => {
    if (missing === null) return
    const controller = new AbortController()
    const find = async () => {
      const path = `/api/todos/${encodeURIComponent(missing)}`
      const result = await callApi<TodoItem>(path, { signal: controller.signal })
      if (result.ok) setFound(result.value.title)
    }
    void find()
    return () => controller.abort()
  }, [missing])
  return knownTitle ?? found
}
