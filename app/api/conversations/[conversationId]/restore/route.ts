import { restoreConversation } from '@/lib/conversation/conversations'
import { handle } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/list-query'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle(
    { route: 'POST /api/conversations/{id}/restore', params: conversationPath },
    async ({ context, params }) => {
      await restoreConversation(context, params.conversationId)
      return noContent()
    },
  ),
})
