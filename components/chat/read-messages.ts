import { type ApiResult, callApi } from '@/components/api/call-api'
import type { MessageItem, Page } from '@/lib/contract/api'

/** From where a page of messages goes back: `cursor` from the page before it, `leaf` from a message; else the newest. */
export type PageStart = { limit: number; cursor?: string; leaf?: string }
export type ReadMessages = (from: PageStart) => Promise<ApiResult<Page<MessageItem>>>

/** Pages of a conversation, each newest to oldest. */
export const messageReader =
  (conversationId: string): ReadMessages =>
  ({ limit, ...from }) =>
    callApi(`/api/conversations/${conversationId}/messages?${new URLSearchParams({ limit: String(limit), ...from })}`)
