import type { Failure } from '@/components/api/failure'
import type { Answer } from '@/components/chat/build-answer'
import type { TurnEnd } from '@/components/chat/follow-turn'
import { type ThreadMessage, withAnswer } from '@/components/chat/thread-message'

/** The one turn that this page is following. */
export type RunningTurn = {
  answerKey: string
  /** The user's message that goes away again if the server refuses the turn; null where none was added. */
  userKey: string | null
  /** The answer that stood in this place before, to come back if the server refuses; null where none did. */
  previous: ThreadMessage | null
  /** `sending`: not yet accepted. `waiting`: accepted, no text yet. `writing`: text is coming. */
  phase: 'sending' | 'waiting' | 'writing'
  stopping: boolean
}

export type ThreadState = {
  messages: ThreadMessage[]
  running: RunningTurn | null
  /** The newest message sent from this page: it is held at the top of the view. */
  anchorKey: string | null
  /** Why the last thing asked of the server was refused. */
  refusal: Failure | null
}

export type ThreadAction =
  | { type: 'stored'; messages: ThreadMessage[]; place: 'older' | 'all' }
  | { type: 'sent'; user: ThreadMessage; answer: ThreadMessage }
  | { type: 'asked-again'; answer: ThreadMessage }
  | { type: 'resumed'; answerKey: string }
  | { type: 'opened' }
  | { type: 'arrived'; answer: Answer }
  | { type: 'ended'; end: TurnEnd }
  | { type: 'stopping'; stopping: boolean }
  | { type: 'refused'; failure: Failure | null }

export const emptyThread: ThreadState = { messages: [], running: null, anchorKey: null, refusal: null }

const start = { userKey: null, previous: null, phase: 'sending', stopping: false } as const

const swap = (messages: ThreadMessage[], key: string, change: (message: ThreadMessage) => ThreadMessage) =>
  messages.map((message) => (message.key === key ? change(message) : message))

const hasText = (answer: Answer) =>
  answer.parts.some((part) => (part.type === 'text' || part.type === 'reasoning') && part.text !== '')

export function threadReducer(state: ThreadState, action: ThreadAction): ThreadState {
  const { messages, running } = state
  switch (action.type) {
    case 'stored':
      return { ...state, messages: action.place === 'all' ? action.messages : mergeOlder(action.messages, messages) }
    case 'sent': {
      const { user, answer } = action
      const next: RunningTurn = { ...start, answerKey: answer.key, userKey: user.key }
      return { messages: [...messages, user, answer], running: next, anchorKey: user.key, refusal: null }
    }
    case 'asked-again': {
      const { answer } = action
      const previous = messages.find((message) => message.key === answer.key) ?? null
      const next: RunningTurn = { ...start, answerKey: answer.key, previous }
      return { ...state, messages: swap(messages, answer.key, () => answer), running: next, refusal: null }
    }
    case 'resumed':
      return { ...state, running: { ...start, answerKey: action.answerKey, phase: 'waiting' }, refusal: null }
    case 'opened':
      return running === null ? state : { ...state, running: { ...running, phase: 'waiting' } }
    case 'arrived': {
      if (running === null) return state
      const phase = hasText(action.answer) ? 'writing' : running.phase
      const next = swap(messages, running.answerKey, (message) => withAnswer(message, action.answer))
      return { ...state, messages: next, running: phase === running.phase ? running : { ...running, phase } }
    }
    case 'stopping':
      return running === null ? state : { ...state, running: { ...running, stopping: action.stopping } }
    case 'refused':
      return { ...state, refusal: action.failure }
    case 'ended':
      return running === null ? state : { ...state, ...endTurn(state, running, action.end), running: null }
  }
}

function endTurn({ messages }: ThreadState, running: RunningTurn, end: TurnEnd): Partial<ThreadState> {
  const { answerKey, userKey, previous } = running
  // A turn that this page only joined stays as it was stored; whoever joined it looks again.
  const joined = userKey === null && previous === null
  switch (end.kind) {
    case 'refused': {
      if (joined) return {}
      if (previous !== null) return { messages: swap(messages, answerKey, () => previous), refusal: end.failure }
      const kept = messages.filter((message) => message.key !== userKey && message.key !== answerKey)
      // Sent again it has the same key, and goes to the top of the view again.
      return { messages: kept, refusal: end.failure, anchorKey: null }
    }
    case 'lost': {
      if (joined) return {}
      const error = { code: 'provider_cut', message: end.failure.message, retryable: true } as const
      return { messages: swap(messages, answerKey, (message) => ({ ...message, status: 'lost', error })) }
    }
    case 'idle':
    case 'left':
      return {}
    default:
      return { messages: swap(messages, answerKey, (message) => withAnswer(message, end.answer)) }
  }
}

/** A page of older messages in front; one that a newer page already showed is not shown twice. */
function mergeOlder(older: ThreadMessage[], messages: ThreadMessage[]): ThreadMessage[] {
  const known = new Set(messages.map((message) => message.id))
  return [...older.filter((message) => !known.has(message.id)), ...messages]
}
