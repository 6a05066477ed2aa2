import { importConversations } from '@/lib/actions/import-conversations'
import { handle, withAllowance } from '@/lib/http/handle'
import { readJsonItems } from '@/lib/http/read-json-items'
import { route } from '@/lib/http/route'

const mebibyte = 1024 * 1024
const limits = Object.freeze({ bodyBytes: 50 * mebibyte, itemCharacters: 16 * mebibyte, itemValues: 1_000_000 })

/** As long as 50 MiB take. */
export const maxDuration = 300

/**
 * An `Idempotency-Key` is not looked at: a file has the ids of its conversations, and what is there already is skipped, so
 * it can be sent again anyway. To keep an answer for it 50 MiB would have to be in one transaction.
 */
export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle({ route: 'POST /api/conversations/import', ownLimit: true }, async ({ context, headers, content }) => {
    const declaredBytes = Number(headers.get('content-length'))
    const body = { type: headers.get('content-type'), declaredBytes, content, list: 'conversations' }
    return withAllowance(context, 'import', async () =>
      Response.json(await importConversations(context, readJsonItems(body, limits))),
    )
  }),
})
