import { renderingVersion, renderShare } from '@/components/markdown/render-share'
import { findSharedPage, shareConversation, unshareConversation } from '@/lib/conversation/share-conversation'
import { createOnce } from '@/lib/http/create-once'
import { handle } from '@/lib/http/handle'
import { conversationPath } from '@/lib/http/list-query'
import { noContent } from '@/lib/http/respond'
import { route } from '@/lib/http/route'

const sharing = 'POST /api/conversations/{id}/share'

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle({ route: sharing, params: conversationPath }, ({ context, headers, params }) =>
    createOnce(context, headers, [sharing, params], async (inTransaction) => {
      const { isNew, ...body } = await shareConversation(inTransaction, params.conversationId)
      // Renders and stores the share here, so that its page only reads it.
      await findSharedPage(inTransaction, body.shareId, renderingVersion, renderShare)
      return { status: isNew ? 201 : 200, body }
    }),
  ),
  DELETE: handle(
    { route: 'DELETE /api/conversations/{id}/share', params: conversationPath },
    async ({ context, params }) => {
      await unshareConversation(context, params.conversationId)
      return noContent()
    },
  ),
})
