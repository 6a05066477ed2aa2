import { exportEverything } from '@/lib/actions/export-everything'
import { download } from '@/lib/http/download'
import { handle, withAllowance } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

/** A download takes as long as its reader does. */
export const maxDuration = 300

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/conversations/export' }, ({ context }) =>
    withAllowance(context, 'export', async () =>
      download(context.log, { name: 'goldfish.json', type: 'application/json', pieces: exportEverything(context) }),
    ),
  ),
})
