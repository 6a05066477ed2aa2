import type { ModelList } from '@/lib/contract/api'
import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/models', scope: 'chat' }, async ({ context: { model } }) => {
    const list: ModelList = { items: [...model.catalog.offered], default: model.catalog.default }
    return Response.json(list)
  }),
})
