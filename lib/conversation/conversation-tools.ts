import { z } from 'zod'
import { requireRateLimit } from '@/lib/rate-limit/require-rate-limit'
import { defineTool, type Tool } from '@/lib/tool'
import { searchConversations, searchText } from './search-conversations'

const mostFound = 10

const searchTool = defineTool({
  name: 'search_conversations',
  title: 'Search conversations',
  description:
    "Finds the user's earlier conversations by words in their titles and messages. Call it when the user refers to something they talked about before that is not in this conversation. All the words have to be there: give few. Answers with up to 10 conversations, newest first, each with an excerpt.",
  input: z.strictObject({ query: searchText.describe('The words to look for, at most 200 characters') }),
  effect: 'reads',
  scope: 'chat',
  run: async (context, { query }) => {
    // It costs the database the same whoever asks for it.
    await requireRateLimit(context, ['search'], context.userId)
    const page = { limit: mostFound, after: null }
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

/** What a model can do with the user's conversations. */
export const conversationTools: readonly Tool[] = Object.freeze([searchTool])
