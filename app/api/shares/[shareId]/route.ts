import { findSharedConversation } from '@/lib/conversation/share-conversation'
import { AppError } from '@/lib/errors'
import { handlePublic } from '@/lib/http/handle-public'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handlePublic({ route: 'GET /api/shares/{id}', policy: 'shared-link' }, async ({ db, params }) => {
    const shared = await findSharedConversation({ db }, String(params.shareId))
    if (!shared) throw new AppError('not_found')
    return Response.json(shared)
  }),
})
