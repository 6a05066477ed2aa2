import { readiness } from '@/lib/http/readiness'
import { requestIdHeader, requestIdOf } from '@/lib/http/request-id'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: async (request) => {
    const state = await readiness()
    const isReady = state.status === 'ok' || state.status === 'degraded'
    return Response.json(state, {
      status: isReady ? 200 : 503,
      headers: {
        'cache-control': 'no-store',
        [requestIdHeader]: requestIdOf(request.headers),
        ...(!isReady && { 'retry-after': '3' }),
      },
    })
  },
})
