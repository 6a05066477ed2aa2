import { handle } from '@/lib/http/handle'
import { toolCallPath } from '@/lib/http/list-query'
import { route } from '@/lib/http/route'
import { answerApproval, decision } from '@/lib/turn/answer-approval'

/** In seconds. The response streams the rest of the turn, so it must have the limit of a turn. */
export const maxDuration = 150

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle(
    {
      route: 'POST /api/chat/{id}/approvals/{toolCallId}',
      scope: 'chat',
      ownLimit: true,
      params: toolCallPath,
      body: decision,
    },
    ({ context, params, body }) => answerApproval(context, { ...params, ...body }),
  ),
})
