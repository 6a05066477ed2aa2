'use client'
import { useEffect, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import { useToolActions } from '@/components/tool/tool-actions-context'
import { findTitle, readText } from '@/components/tool/tool-values'
import type { TodoItem } from '@/lib/contract/api'
import type { ToolPart } from '@/lib/contract/ui-message'

/**
 * The title of the todo that a call names only by its id: as this conversation tells it, else, where it is `wanted`, as
 * the list has it. Null where neither is known (yet).
 */
export function useTodoTitle(part: ToolPart, wanted: boolean): string | null {
  const { messages } = useToolActions()
  const id = readText(part.input, 'id')
  const told = id === null ? null : findTitle(messages.current, id)
  const [found, setFound] = useState<string | null>(null)
  const missing = wanted && told === null ? id : null
  useEffect(() => {
    if (missing === null) return
    const left = new AbortController()
    const find = async () => {
      const path = `/api/todos/${encodeURIComponent(missing)}`
      const result = await callApi<TodoItem>(path, { signal: left.signal })
      if (result.ok) setFound(result.value.title)
    }
    void find()
    return () => left.abort()
  }, [missing])
  return told ?? found
}
