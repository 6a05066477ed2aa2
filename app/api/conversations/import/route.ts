import { importConversations } from '@/lib/actions/import-conversations'
import { handle, withinRateLimit } from '@/lib/http/handle'
import { readJsonItems } from '@/lib/http/read-json-items'
import { route } from '@/lib/http/route'

const mebibyte = 1024 * 1024
const limits = Object.freeze({ bodyBytes: 50 * mebibyte, itemCharacters: 16 * mebibyte, itemValues: 1_000_000 })

/** In seconds. Uploading and importing 50 MiB must fit into it. */
export const maxDuration = 300

/**
 * Ignores `Idempotency-Key`. A file contains the ids of its conversations, and existing ones are skipped, so a
 * request can be repeated safely. Storing a response for the key would require one transaction for up to 50 MiB.
 */
export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle({ route: 'POST /api/conversations/import', ownLimit: true }, async ({ context, headers, content }) => {
    const declaredBytes = Number(headers.get('content-length'))
    const body = { type: headers.get('content-type'), declaredBytes, content, list: 'conversations' }
    return withinRateLimit(context, 'import', async () =>
      Response.json(await importConversations(context, readJsonItems(body, limits))),
    )
  }),
})
