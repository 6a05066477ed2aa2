import { requestIdHeader, requestIdOf } from '@/lib/http/request-id'
import { route } from '@/lib/http/route'

/**
 * Returns 200 while the process runs. It uses no backing service, so that an outage never restarts healthy
 * processes.
 */
export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: async (request) =>
    Response.json(
      { status: 'ok' },
      { headers: { 'cache-control': 'no-store', [requestIdHeader]: requestIdOf(request.headers) } },
    ),
})
