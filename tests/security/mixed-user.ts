/** One of many people, who does what a plan says and keeps what they were told, to be judged when all is done. */
import { v7 } from 'uuid'
import { insist, isAnswer } from '@/tests/chaos/insist'
import { type Person, personAt, type Sent, signUp, userMessage } from '@/tests/integration/chat-client'
import { canaryOf, canaryStem, type MixedStep } from './mixed-plan'

/** An answer as somebody was given it, with all that decides who may have been given it. */
export type GivenAnswer = {
  person: number
  /** One more with every sign-out: what was kept before must not come back. */
  epoch: number
  /** The questions before it in its conversation, and its own: what was asked, whatever the words. */
  place: string
  /** Whether anybody else may be answered from it, or it from theirs. */
  shareable: boolean
  isHit: boolean
  /** The model was asked for it: it is no hit, and nobody else's call was followed to its end. */
  isMade: boolean
  layer: string | null
  ageSeconds: number
  text: string
}

/** `path`: what was asked so far, and whether others may have the answer to it as far as it alone decides. */
type Place = { conversationId: string; path: { topic: string; shareable: boolean }[]; lastAnswer: string | null }

const json = { 'content-type': 'application/json' }
const password = 'correct horse battery staple'

export async function createMixedUser(url: string, number: number) {
  let person = await insist('a sign-up', () => signUp(url).catch(nullIfUnavailable))
  let answerCache: 'shared' | 'private' | 'off' = 'private'
  let epoch = 0
  let here: Place | null = null
  const given: GivenAnswer[] = []
  const complaints: string[] = []

  /** The same request again under the same id. */
  const send = (request: Parameters<Person['send']>[0]) =>
    insist('a turn', async () => {
      return answered(await person.send(request))
    })
  const newPlace = (): Place => ({ conversationId: v7(), path: [], lastAnswer: null })
  const note = (sent: Sent, place: Place, topic: string, personal: boolean) => {
    const { cache, error, status } = sent
    // A busy machine kept the database away in the middle of it: nothing was told, and its lease holds that conversation.
    if (error?.code === 'database_unavailable') {
      if (place === here) here = null
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
    note(sent, place, topic, personal)
  }
  const request = async (path: string, method: string, body?: object) => {
    const init = body ? { method, headers: json, body: JSON.stringify(body) } : { method }
    const response = await insist(path, async () => answered(await person.fetch(path, init)))
    if (!response.ok) complaints.push(`${method} ${path}: ${response.status}`)
    await response.arrayBuffer()
  }

  const perform = async (step: MixedStep): Promise<void> => {
    switch (step.do) {
      case 'ask':
        if (here === null || step.inNew) here = newPlace()
        // Who only looks makes no conversation; and at a path that is not there yet nothing can be looked up.
        await ask(here, step)
        if (here?.path.length === 0) here = null
        return
      case 'ask twice at once': {
        const asked = { ...step, do: 'ask', personal: false, inNew: true, cache: 'default' } as const
        await Promise.all([ask(newPlace(), asked), ask(newPlace(), asked)])
        return
      }
      case 'prefer':
        await request('/api/preferences', 'PATCH', { answerCache: step.answerCache })
        answerCache = step.answerCache
        return
      case 'write down': {
        await request('/api/todos', 'POST', { title: `Write to ${canaryOf(number)}` })
        const shown = await insist('todos', async () => answered(await person.fetch('/api/todos?limit=100')))
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
    if (!here?.lastAnswer) return
    switch (step.do) {
      case 'dislike':
        return request(`/api/messages/${here.lastAnswer}/feedback`, 'PUT', { helpful: false })
      case 'delete':
        await request(`/api/conversations/${here.conversationId}`, 'DELETE')
        here = null
        return
      case 'regenerate': {
        const { conversationId, lastAnswer: messageId } = here
        const topic = here.path.pop()?.topic ?? ''
        const sent = await send({ conversationId, trigger: 'regenerate-message', messageId, turnId: v7() })
        return note(sent, here, topic, topic.startsWith('personal'))
      }
    }
  }
  return { perform, given, complaints, email: person.email }
}

/** Null where a busy machine kept the database out of reach: then it is asked again. */
const answered = <Answer extends { status: number }>(answer: Answer) => (isAnswer(answer) ? answer : null)

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
  const response = await insist('a sign-in', async () => answered(await attempt()))
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])
  return personAt(url, { email, cookie: cookie.join('; '), bearer: response.headers.get('set-auth-token') ?? '' })
}
