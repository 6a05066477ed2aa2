import { handle } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/list-query'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'
import { findRunningTurn, followTurn } from '@/lib/turn/follow/follow-turn'

/** In seconds. It must be the limit of the turn that is followed. */
export const maxDuration = 150

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle(
    { route: 'GET /api/chat/{id}/stream', scope: 'chat', params: conversationPath },
    async ({ context, params, headers }) => {
      const turn = await findRunningTurn(context, params.conversationId)
      return turn ? followTurn(context, turn, { after: headers.get('last-event-id') }) : noContent()
    },
  ),
})
