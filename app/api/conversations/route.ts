import { conversationPosition, listConversations } from '@/lib/conversation/conversations'
import { decodeCursor } from '@/lib/http/cursor'
import { handle } from '@/lib/http/handle'
import { listQuery } from '@/lib/http/list-query'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/conversations', query: listQuery }, async ({ context, query }) => {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, conversationPosition)
    return pageResponse(await listConversations(context, { limit: query.limit, after }))
  }),
})
