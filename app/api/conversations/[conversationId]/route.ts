import { deleteConversation } from '@/lib/actions/delete-conversations'
import { requireConversation } from '@/lib/conversation/conversations'
import { conversationPatch, patchConversation } from '@/lib/conversation/patch-conversation'
import { handle } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/list-query'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle(
    { route: 'GET /api/conversations/{id}', scope: 'chat', params: conversationPath },
    async ({ context, params }) => Response.json(await requireConversation(context, params.conversationId)),
  ),
  PATCH: handle(
    { route: 'PATCH /api/conversations/{id}', params: conversationPath, body: conversationPatch },
    async ({ context, params, body }) => Response.json(await patchConversation(context, params.conversationId, body)),
  ),
  DELETE: handle({ route: 'DELETE /api/conversations/{id}', params: conversationPath }, async ({ context, params }) => {
    await deleteConversation(context, params.conversationId)
    return noContent()
  }),
})
