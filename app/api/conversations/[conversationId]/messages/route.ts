import { z } from 'zod'
import { readConversation } from '@/lib/actions/read-conversation'
import { messagePosition } from '@/lib/conversation/list-messages'
import { handle } from '@/lib/http/handle'
import { conversationPath, decodeCursor, listQuery } from '@/lib/http/list-query'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

const messagesQuery = listQuery.extend({ leaf: z.uuid().optional() })

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle(
    { route: 'GET /api/conversations/{id}/messages', scope: 'chat', params: conversationPath, query: messagesQuery },
    async ({ context, params, query }) => {
      const from = query.cursor === undefined ? null : decodeCursor(query.cursor, messagePosition).id
      return pageResponse(
        await readConversation(context, {
          conversationId: params.conversationId,
          leafId: from ?? query.leaf ?? null,
          limit: query.limit,
        }),
      )
    },
  ),
})
