import { z } from 'zod'
import { revokeKey } from '@/lib/auth/manage-keys'
import { handle } from '@/lib/http/handle'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

/** A UUID, or the id that better-auth generates for keys created at its own endpoint. */
const keyPath = z.object({ keyId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) })

export const { GET, POST, PUT, PATCH, DELETE } = route({
  DELETE: handle({ route: 'DELETE /api/keys/{id}', ownLimit: true, params: keyPath }, async ({ context, params }) => {
    await revokeKey(context.db, context.userId, params.keyId)
    return noContent()
  }),
})
