import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'
import { findPreferences, preferencesPatch, updatePreferences } from '@/lib/preference/preferences'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/preferences' }, async ({ context }) => Response.json(await findPreferences(context))),
  PATCH: handle({ route: 'PATCH /api/preferences', body: preferencesPatch }, async ({ context, body }) =>
    Response.json(await updatePreferences(context, body)),
  ),
})
