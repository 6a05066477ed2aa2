import { restoreConversations, restoreRequest } from '@/lib/conversation/conversations'
import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle({ route: 'POST /api/conversations/restore', body: restoreRequest }, async ({ context, body }) =>
    Response.json(await restoreConversations(context, body)),
  ),
})
