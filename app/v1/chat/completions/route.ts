import { completeChat } from '@/lib/completion/complete-chat'
import { completionRequest } from '@/lib/completion/completion-request'
import { openaiError } from '@/lib/completion/openai-error'
import { prefetchCaller } from '@/lib/completion/plan-completion'
import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

/** In seconds. It must equal the limit of a chat turn. */
export const maxDuration = 150

/** Larger than for a chat message, because the request contains the history. */
const bodyLimitBytes = 1024 * 1024

export const { GET, POST, PUT, PATCH, DELETE } = route(
  {
    POST: handle(
      {
        route: 'POST /v1/chat/completions',
        scope: 'chat',
        cookies: 'ignored',
        ownLimit: true,
        errorShape: openaiError,
        body: completionRequest,
        bodyLimitBytes,
        readAlongside: (db, identity) => prefetchCaller({ db }, identity),
      },
      ({ context, body, early }) => completeChat(context, body, early),
    ),
  },
  openaiError,
)
