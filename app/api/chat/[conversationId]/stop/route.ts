import { handle } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/list-query'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'
import { requestStop } from '@/lib/turn/turn-lease'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle(
    { route: 'POST /api/chat/{id}/stop', scope: 'chat', params: conversationPath },
    async ({ context, params }) =>
      (await requestStop(context, params.conversationId)) ? new Response(null, { status: 202 }) : noContent(),
  ),
})
