import { requestIdHeader, requestIdOf } from '@/lib/http/request-id'
import { route } from '@/lib/http/route'

/** 200 while the process runs. It touches nothing, so a broken backing service never gets a healthy process killed. */
export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: async (request) =>
    Response.json(
      { status: 'ok' },
      { headers: { 'cache-control': 'no-store', [requestIdHeader]: requestIdOf(request.headers) } },
    ),
})
