/**
 * A simulated user who performs the steps of a plan and collects the received answers, which are checked at the end.
 */
import { v7 } from 'uuid'
import { isAnswer, retryUntilAnswered } from '@/tests/chaos/retry-until-answered'
import { type Person, personAt, type Sent, signUp, userMessage } from '@/tests/integration/chat-client'
import { canaryOf, canaryStem, type MixedStep } from './mixed-plan'

/** An answer that a user received, with all facts that decide whether they may receive it. */
export type ReceivedAnswer = {
  person: number
  /** Counts the sign-outs of the user. An answer of an earlier epoch must not be returned from the user's own cache. */
  epoch: number
  /** The topics of the conversation up to this question, independent of their wording. */
  place: string
  /** Whether other users may receive this answer, and this user may receive theirs. */
  shareable: boolean
  isHit: boolean
  /** Whether this turn called the model: it is neither a cache hit nor a follower of another turn's call. */
  isMade: boolean
  layer: string | null
  ageSeconds: number
  text: string
}

/** A conversation. `path` lists its topics, and whether each of them may be shared as far as it alone decides. */
type Place = { conversationId: string; path: { topic: string; shareable: boolean }[]; lastAnswer: string | null }

const json = { 'content-type': 'application/json' }
const password = 'correct horse battery staple'

export async function createMixedUser(url: string, number: number) {
  let person = await retryUntilAnswered('a sign-up', () => signUp(url).catch(nullIfUnavailable))
  let answerCache: 'shared' | 'private' | 'off' = 'private'
  let epoch = 0
  let current: Place | null = null
  const given: ReceivedAnswer[] = []
  const complaints: string[] = []

  /** Repeats the same request with the same id until it is answered. */
  const send = (request: Parameters<Person['send']>[0]) =>
    retryUntilAnswered('a turn', async () => {
      return nullUnlessAnswered(await person.send(request))
    })
  const newPlace = (): Place => ({ conversationId: v7(), path: [], lastAnswer: null })
  const record = (sent: Sent, place: Place, topic: string, personal: boolean) => {
    const { cache, error, status } = sent
    // A busy machine made the database unavailable during the turn, whose lease still blocks this conversation.
    if (error?.code === 'database_unavailable') {
      if (place === current) current = null
      return
    }
    if (status !== 200 || error || !cache || sent.metadata?.status !== 'complete')
      complaints.push(`${topic}: ${status} ${JSON.stringify(error ?? sent.problem)}`)
    place.path.push({ topic, shareable: answerCache === 'shared' && !personal })
    place.lastAnswer = sent.messageId
    given.push({
      person: number,
      epoch,
      place: place.path.map((step) => step.topic).join(' > '),
      shareable: place.path.every((step) => step.shareable),
      isHit: cache?.status === 'hit',
      isMade: (sent.metadata?.usage?.inputTokens ?? 0) > 0,
      layer: cache?.layer ?? null,
      ageSeconds: cache?.ageSeconds ?? 0,
      text: sent.text,
    })
  }
  const ask = async (place: Place, { topic, text, personal, cache }: Extract<MixedStep, { do: 'ask' }>) => {
    const sent = await send({ conversationId: place.conversationId, message: userMessage(text), cache })
    if (sent.problem?.code === 'not_cached' && cache === 'only') return
    record(sent, place, topic, personal)
  }
  const request = async (path: string, method: string, body?: object) => {
    const init = body ? { method, headers: json, body: JSON.stringify(body) } : { method }
    const response = await retryUntilAnswered(path, async () => nullUnlessAnswered(await person.fetch(path, init)))
    if (!response.ok) complaints.push(`${method} ${path}: ${response.status}`)
    await response.arrayBuffer()
  }

  const perform = async (step: MixedStep): Promise<void> => {
    switch (step.do) {
      case 'ask':
        if (current === null || step.inNew) current = newPlace()
        // A lookup with `cache: 'only'` creates no conversation, and nothing can be looked
        // up in one that does not exist.
        await ask(current, step)
        if (current?.path.length === 0) current = null
        return
      case 'ask twice at once': {
        const question = { ...step, do: 'ask', personal: false, inNew: true, cache: 'default' } as const
        await Promise.all([ask(newPlace(), question), ask(newPlace(), question)])
        return
      }
      case 'prefer':
        await request('/api/preferences', 'PATCH', { answerCache: step.answerCache })
        answerCache = step.answerCache
        return
      case 'write down': {
        await request('/api/todos', 'POST', { title: `Write to ${canaryOf(number)}` })
        const shown = await retryUntilAnswered('todos', async () =>
          nullUnlessAnswered(await person.fetch('/api/todos?limit=100')),
        )
        const canaries = (await shown.text()).match(new RegExp(`${canaryStem}[a-z]+`, 'g')) ?? []
        if (canaries.length === 0 || canaries.some((canary) => canary !== canaryOf(number)))
          complaints.push(`todos of ${number}: ${canaries}`)
        return
      }
      case 'sign out':
        await request('/api/auth/sign-out', 'POST', {})
        person = await signIn(url, person)
        epoch += 1
        return
    }
    if (!current?.lastAnswer) return
    switch (step.do) {
      case 'dislike':
        return request(`/api/messages/${current.lastAnswer}/feedback`, 'PUT', { helpful: false })
      case 'delete':
        await request(`/api/conversations/${current.conversationId}`, 'DELETE')
        current = null
        return
      case 'regenerate': {
        const { conversationId, lastAnswer: messageId } = current
        const topic = current.path.pop()?.topic ?? ''
        const sent = await send({ conversationId, trigger: 'regenerate-message', messageId, turnId: v7() })
        return record(sent, current, topic, topic.startsWith('personal'))
      }
    }
  }
  return { perform, given, complaints, email: person.email }
}

/** Returns null if a busy machine could not reach the database, so that the request will be repeated. */
const nullUnlessAnswered = <Answer extends { status: number }>(answer: Answer) => (isAnswer(answer) ? answer : null)

function nullIfUnavailable(error: unknown): null {
  if (error instanceof Error && error.message.startsWith('sign-up failed: 503')) return null
  throw error
}

async function signIn(url: string, { email }: Person): Promise<Person> {
  const body = JSON.stringify({ email, password })
  const attempt = () =>
    fetch(`${url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { ...json, origin: url },
      body,
    })
  const response = await retryUntilAnswered('a sign-in', async () => nullUnlessAnswered(await attempt()))
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])
  return personAt(url, { email, cookie: cookie.join('; '), bearer: response.headers.get('set-auth-token') ?? '' })
}
