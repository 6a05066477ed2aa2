import { readiness } from '@/lib/http/readiness'
import { requestIdHeader, requestIdOf } from '@/lib/http/request-id'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: async (request) => {
    const state = await readiness()
    return Response.json(state, {
      status: state.status === 'unavailable' ? 503 : 200,
      headers: {
        'cache-control': 'no-store',
        [requestIdHeader]: requestIdOf(request.headers),
        ...(state.status === 'unavailable' && { 'retry-after': '3' }),
      },
    })
  },
})
