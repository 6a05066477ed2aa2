import { feedbackRequest, giveFeedback } from '@/lib/actions/give-feedback'
import { handle } from '@/lib/http/handle'
import { messagePath } from '@/lib/http/list-query'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  PUT: handle(
    { route: 'PUT /api/messages/{id}/feedback', params: messagePath, body: feedbackRequest },
    async ({ context, params, body }) => Response.json(await giveFeedback(context, params.messageId, body)),
  ),
})
