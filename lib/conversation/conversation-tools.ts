import { z } from 'zod'
import { requireRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { defineTool, type Tool } from '@/lib/tool'
import { searchConversations, searchText } from './search-conversations'

const maxFound = 10

const searchTool = defineTool({
  name: 'search_conversations',
  title: 'Search conversations',
  description:
    "Searches the titles and messages of the user's earlier conversations. Use it when the user refers to something they discussed before that is not in this conversation. A conversation must contain all words of the query, so use few, specific words. Returns up to 10 conversations, newest first, each with an excerpt.",
  input: z.strictObject({ query: searchText.describe('The words to search for, at most 200 characters') }),
  effect: 'reads',
  scope: 'chat',
  run: async (context, { query }) => {
    // The search costs the database the same as one by the user, so it must count against the same rate limit.
    await requireRateLimit(context, ['search'], context.userId)
    const page = { limit: maxFound, after: null }
    const { items, next } = await searchConversations(context, query, page)
    const conversations = items.map(({ id, title, updatedAt, snippet }) => ({
      id,
      title,
      updatedAt,
      excerpt: snippet.text,
    }))
    return { conversations, hasMore: next !== null }
  },
})

/** The tools for the user's conversations. */
export const conversationTools: readonly Tool[] = Object.freeze([searchTool])
