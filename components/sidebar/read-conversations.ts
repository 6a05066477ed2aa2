import { callApi } from '@/components/api/call-api'
import type { ConversationItem, Page } from '@/lib/contract/api'

/** Fetches a page of conversations. `query` selects the list, and `cursor` is the position in it. */
export const readConversations = (query: string, cursor: string | null = null) =>
  callApi<Page<ConversationItem>>(
    `/api/conversations?${query}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  )
