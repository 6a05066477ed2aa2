import { z } from 'zod'
import { deleteAllConversations } from '@/lib/actions/delete-conversations'
import { conversationPosition, listConversations } from '@/lib/conversation/conversations'
import { searchConversations, searchText } from '@/lib/conversation/search-conversations'
import { handle, withinRateLimit } from '@/lib/http/handle'
import { decodeCursor, listQuery } from '@/lib/http/list-query'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const listing = listQuery.extend({ q: z.optional(searchText), archived: z.optional(flag), pinned: z.optional(flag) })
const deletion = z.strictObject({ archived: z.optional(flag) })

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/conversations', scope: 'chat', query: listing }, async ({ context, query }) => {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, conversationPosition)
    const { q, archived = false } = query
    if (q === undefined) return pageResponse(await listConversations(context, { ...query, archived, after }))
    return withinRateLimit(context, 'search', async () =>
      pageResponse(await searchConversations(context, q, { ...query, after })),
    )
  }),
  DELETE: handle({ route: 'DELETE /api/conversations', query: deletion }, async ({ context, query }) =>
    Response.json(await deleteAllConversations(context, query)),
  ),
})
