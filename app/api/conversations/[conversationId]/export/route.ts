import { z } from 'zod'
import { exportOne } from '@/lib/actions/export-everything'
import { requireConversation } from '@/lib/conversation/conversations'
import { exportMarkdown } from '@/lib/conversation/export-conversation'
import { download } from '@/lib/http/download'
import { handle, withinRateLimit } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/list-query'
import { route } from '@/lib/http/route'

const exportQuery = z.strictObject({ format: z.enum(['json', 'markdown']).default('json') })

/** In seconds. A download takes as long as the client needs to read it. */
export const maxDuration = 300

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle(
    { route: 'GET /api/conversations/{id}/export', params: conversationPath, query: exportQuery },
    async ({ context, params: { conversationId }, query: { format } }) => {
      const { title } = await requireConversation(context, conversationId)
      const file =
        format === 'json'
          ? { name: `${title}.json`, type: 'application/json', pieces: exportOne(context, conversationId) }
          : {
              name: `${title}.md`,
              type: 'text/markdown; charset=utf-8',
              pieces: exportMarkdown(context, conversationId),
            }
      return withinRateLimit(context, 'export-one', async () => download(context.log, file))
    },
  ),
})
