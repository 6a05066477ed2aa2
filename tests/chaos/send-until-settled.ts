import type { ChatRequest } from '@/lib/contract/api'
import type { MessageStatus } from '@/lib/contract/ui-message'
import type { Person } from '@/tests/integration/chat-client'
import { isAnswer, retryUntilAnswered } from './retry-until-answered'
import { type SeenStream, type StreamWatcher, watchStream } from './watch-stream'

export type SettledTurn = {
  status: Exclude<MessageStatus, 'streaming'>
  /** The id of the answer. */
  messageId: string
  /** All streams of the answer that were read. The last one contained its end. */
  streams: SeenStream[]
}

/** A send whose turn id was chosen by the client. */
export type IdentifiedRequest = ChatRequest & { turnId: string }

type Options = {
  /** Receives the first try. All later ones are sent to the person's own address, which is a balancer. */
  first?: Person
  watcher?: StreamWatcher
}

/**
 * Sends a turn as a robust client does: with the same id until the stream of the answer has ended or its final status
 * was read. Throws if a response is neither an answer nor a broken connection.
 */
export async function sendUntilSettled(
  person: Person,
  request: IdentifiedRequest,
  { first = person, watcher }: Options = {},
): Promise<SettledTurn> {
  const streams: SeenStream[] = []
  let tries = 0
  return retryUntilAnswered(`turn ${request.turnId}`, async () => {
    tries += 1
    const isFirst = tries === 1
    const response = await post(isFirst ? first : person, request)
    if (response.status !== 200) {
      const problem = await response.text()
      // Another turn of this conversation has lost its server. When it has been ended, this one can run.
      if (response.status === 409 || !isAnswer(response)) return null
      throw new Error(`turn ${request.turnId}: ${response.status} ${problem}`)
    }
    // After a 200 response has begun, the turn must be known under its id.
    if (streams.length > 0 && response.headers.get('idempotency-replayed') !== 'true')
      throw new Error(`turn ${request.turnId} was acknowledged, but a repeated send started a new turn`)
    const stream = await watchStream(response, isFirst ? watcher : {})
    streams.push(stream)
    return settle(person, request, streams)
  })
}

const post = (person: Person, request: IdentifiedRequest) =>
  person.fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })

async function settle(person: Person, request: IdentifiedRequest, streams: SeenStream[]): Promise<SettledTurn | null> {
  const last = streams.at(-1)
  if (!last || last.end === 'cut') return null
  if (last.end === 'finish') return { status: 'complete', messageId: last.messageId ?? '', streams }
  const response = await person.fetch(`/api/conversations/${request.conversationId}/messages?limit=2`)
  if (!isAnswer(response)) return null
  const { items } = (await response.json()) as { items: { id: string; turnId: string; status: MessageStatus }[] }
  const answer = items[0]
  if (answer?.turnId !== request.turnId) throw new Error(`turn ${request.turnId} is not the newest of its conversation`)
  return answer.status === 'streaming' ? null : { status: answer.status, messageId: answer.id, streams }
}
