import { createKey, keyRequest, listKeys } from '@/lib/auth/manage-keys'
import { handle } from '@/lib/http/handle'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'
import { withAllowance } from '@/lib/http/with-allowance'

/** No scope is named: a key cannot see keys, make them or end them. */
export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/keys' }, async ({ context }) =>
    pageResponse({ items: await listKeys(context.db, context.userId), next: null }),
  ),
  POST: handle({ route: 'POST /api/keys', fresh: true, ownLimit: true, body: keyRequest }, ({ context, body }) =>
    withAllowance(context, 'keys', async () =>
      Response.json(await createKey(context.db, context.userId, body, context.isSignedIn), { status: 201 }),
    ),
  ),
})
