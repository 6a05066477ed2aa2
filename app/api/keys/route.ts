import { createKey, keyRequest, listKeys } from '@/lib/auth/manage-keys'
import { createOnce } from '@/lib/http/create-once'
import { handle, withinRateLimit } from '@/lib/http/handle'
import { pageResponse } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

const creation = 'POST /api/keys'

/** Requires a session: no scope is set, so that API keys cannot list, create or revoke keys. */
export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/keys' }, async ({ context }) =>
    pageResponse({ items: await listKeys(context.db, context.userId), next: null }),
  ),
  POST: handle({ route: creation, fresh: true, ownLimit: true, body: keyRequest }, ({ context, headers, body }) =>
    withinRateLimit(context, 'keys', () =>
      // The response contains the key, so it is stored encrypted. A repeated request gets the same key for a day.
      createOnce(context, headers, [creation, body], async ({ db, userId }) => ({
        status: 201,
        body: await createKey(db, userId, body, context.isSignedIn),
        sealed: true,
      })),
    ),
  ),
})
