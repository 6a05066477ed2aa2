import { completeChat } from '@/lib/completion/complete-chat'
import { completionRequest } from '@/lib/completion/completion-request'
import { openaiError } from '@/lib/completion/openai-error'
import { prefetchCaller } from '@/lib/completion/plan-completion'
import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'

/** As long as an answer in the chat. */
export const maxDuration = 150

/** The history comes along: this much more than a message. */
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
