import { openaiError } from '@/lib/completion/openai-error'
import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route(
  {
    GET: handle(
      { route: 'GET /v1/models', scope: 'chat', cookies: 'ignored', errorShape: openaiError },
      async ({ context: { model } }) => {
        const offered = model.catalog.offered.filter(({ available }) => available)
        const data = offered.map(({ id, provider }) => ({ id, object: 'model', created: 0, owned_by: provider }))
        return Response.json({ object: 'list', data })
      },
    ),
  },
  openaiError,
)
