import type { ChatRequest } from '@/lib/contract/api'
import type { MessageStatus } from '@/lib/contract/ui-message'
import type { Person } from '@/tests/integration/chat-client'
import { insist, isAnswer } from './insist'
import { type SeenStream, type StreamWatcher, watchStream } from './watch-stream'

export type SettledTurn = {
  status: Exclude<MessageStatus, 'streaming'>
  /** The id of the answer. */
  messageId: string
  /** Every stream that was read of it, the last one being the one that told how it ended. */
  streams: SeenStream[]
}

/** A send to whom the turn id is known beforehand. */
export type IdentifiedRequest = ChatRequest & { turnId: string }

type Options = {
  /** The first try goes here; every later one to the person's own address, a balancer. */
  first?: Person
  watcher?: StreamWatcher
}

/**
 * Sends a turn as a careful client does: under one id, again and again, until the answer has ended before its eyes or it
 * has read how the turn ended. Whatever is neither an answer nor a broken connection is an error of the test's.
 */
export async function sendUntilSettled(
  person: Person,
  request: IdentifiedRequest,
  { first = person, watcher }: Options = {},
): Promise<SettledTurn> {
  const streams: SeenStream[] = []
  let tries = 0
  return insist(`turn ${request.turnId}`, async () => {
    tries += 1
    const isFirst = tries === 1
    const response = await post(isFirst ? first : person, request)
    if (response.status !== 200) {
      const problem = await response.text()
      // Another turn of this conversation lost its server; it will be ended, and then this one may run.
      if (response.status === 409 || !isAnswer(response)) return null
      throw new Error(`turn ${request.turnId}: ${response.status} ${problem}`)
    }
    // A 2xx that began is a promise: from then on the turn is known under its id.
    if (streams.length > 0 && response.headers.get('idempotency-replayed') !== 'true')
      throw new Error(`turn ${request.turnId} was acknowledged, and is a new one when it is sent again`)
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
