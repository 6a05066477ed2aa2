import { exportEverything } from '@/lib/actions/export-everything'
import { download } from '@/lib/http/download'
import { handle, withinRateLimit } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

/** In seconds. A download takes as long as the client needs to read it. */
export const maxDuration = 300

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/conversations/export' }, ({ context }) =>
    withinRateLimit(context, 'export', async () =>
      download(context.log, { name: 'goldfish.json', type: 'application/json', pieces: exportEverything(context) }),
    ),
  ),
})
