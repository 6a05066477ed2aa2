import { shareConversation, unshareConversation } from '@/lib/conversation/share-conversation'
import { handle } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/path-id'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle(
    { route: 'POST /api/conversations/{id}/share', params: conversationPath },
    async ({ context, params }) => {
      const { isNew, ...link } = await shareConversation(context, params.conversationId)
      return Response.json(link, { status: isNew ? 201 : 200 })
    },
  ),
  DELETE: handle(
    { route: 'DELETE /api/conversations/{id}/share', params: conversationPath },
    async ({ context, params }) => {
      await unshareConversation(context, params.conversationId)
      return noContent()
    },
  ),
})
