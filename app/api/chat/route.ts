import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'
import { answerTurn } from '@/lib/turn/answer-turn'
import { turnRequest } from '@/lib/turn/turn-request'
import { prefetchTurnState } from '@/lib/turn/turn-state'

/** In seconds. A reply may take 120 s, and storing it takes additional time. */
export const maxDuration = 150

export const { GET, POST, PUT, PATCH, DELETE } = route({
  POST: handle(
    {
      route: 'POST /api/chat',
      scope: 'chat',
      ownLimit: true,
      body: turnRequest,
      readAlongside: (db, identity, { body }) => prefetchTurnState({ db }, identity, body),
    },
    ({ context, body, early }) => answerTurn(context, body, early),
  ),
})
