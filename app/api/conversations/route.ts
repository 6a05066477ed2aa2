import { z } from 'zod'
import { conversationPosition, listConversations } from '@/lib/conversation/conversations'
import { decodeCursor } from '@/lib/http/cursor'
import { handle } from '@/lib/http/handle'
import { listQuery } from '@/lib/http/list-query'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const conversationsQuery = listQuery.extend({ archived: flag.default(false), pinned: flag.optional() })

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/conversations', query: conversationsQuery }, async ({ context, query }) => {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, conversationPosition)
    return pageResponse(await listConversations(context, { ...query, after }))
  }),
})
