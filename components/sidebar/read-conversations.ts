import { callApi } from '@/components/api/call-api'
import type { ConversationItem, Page } from '@/lib/contract/api'

/** A page of the list: `query` says which list, `cursor` where in it. */
export const readConversations = (query: string, cursor: string | null = null) =>
  callApi<Page<ConversationItem>>(
    `/api/conversations?${query}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  )
