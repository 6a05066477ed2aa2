import type { Failure } from '@/components/api/failure'
import type { Answer } from '@/components/chat/build-answer'
import type { TurnEnd } from '@/components/chat/follow-turn'
import type { ServerTiming } from '@/components/chat/read-server-timing'
import { type ThreadMessage, withAnswer } from '@/components/chat/thread-message'
import { progressOf } from '@/components/tool/tool-part'
import { isToolPart, type ToolPart } from '@/lib/contract/ui-message'

/** The one turn that this page is following. */
export type RunningTurn = {
  answerKey: string
  /** The messages as they were, to come back if the server refuses the turn; null where this page only joined it. */
  before: ThreadMessage[] | null
  /**
   * `sending`: not yet accepted. `waiting`: accepted, no text yet. `writing`: text is coming. `reconnecting`: it came,
   * and the connection is gone for now.
   */
  phase: 'sending' | 'waiting' | 'writing' | 'reconnecting'
  stopping: boolean
  /** The user's word on a call that waited: the same answer goes on, and what is shown of it stays. */
  goesOn: boolean
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
  /** `instead`: the key of the message that this one is another version of; it and what follows it leave the page. */
  | { type: 'sent'; user: ThreadMessage; answer: ThreadMessage; instead?: string }
  | { type: 'asked-again'; answer: ThreadMessage }
  | { type: 'approval-answered'; answerKey: string; toolCallId: string; approved: boolean }
  | { type: 'resumed'; answerKey: string }
  | { type: 'opened'; serverTiming?: ServerTiming[] }
  | { type: 'broken' }
  | { type: 'arrived'; answer: Answer }
  | { type: 'ended'; end: TurnEnd }
  | { type: 'stopping'; stopping: boolean }
  | { type: 'refused'; failure: Failure | null }

export const emptyThread: ThreadState = { messages: [], running: null, anchorKey: null, refusal: null }

const swap = (messages: ThreadMessage[], key: string, change: (message: ThreadMessage) => ThreadMessage) =>
  messages.map((message) => (message.key === key ? change(message) : message))

const lengthOf = (parts: ThreadMessage['parts']) =>
  parts.reduce((sum, part) => {
    if (isToolPart(part)) return sum + progressOf(part)
    return sum + (part.type === 'text' || part.type === 'reasoning' ? part.text.length : 0)
  }, 0)

export function threadReducer(state: ThreadState, action: ThreadAction): ThreadState {
  const { messages, running } = state
  switch (action.type) {
    case 'stored':
      if (action.place === 'all') return { ...state, messages: action.messages }
      return {
        ...state,
        messages: mergeOlder(action.messages, messages),
        running: running && { ...running, before: running.before && mergeOlder(action.messages, running.before) },
      }
    case 'sent':
      return sendMessage(state, action)
    case 'asked-again':
      return askAgain(state, action.answer)
    case 'approval-answered':
      return answerApproval(state, action)
    case 'resumed': {
      const next: RunningTurn = { ...start(action.answerKey, null), phase: 'waiting' }
      return { ...state, running: next, refusal: null }
    }
    case 'opened': {
      if (running === null) return state
      const { serverTiming = [] } = action
      const next = swap(messages, running.answerKey, (message) => ({ ...message, serverTiming }))
      // The word is given now: an answer that is lost from here on is looked for at the server, as one that was joined.
      const before = running.goesOn ? null : running.before
      return { ...state, messages: next, running: { ...running, before, phase: 'waiting' } }
    }
    case 'broken':
      return running === null ? state : { ...state, running: { ...running, phase: 'reconnecting' } }
    case 'arrived':
      return running === null ? state : takeAnswer(state, running, action.answer)
    case 'stopping':
      return running === null ? state : { ...state, running: { ...running, stopping: action.stopping } }
    case 'refused':
      return { ...state, refusal: action.failure }
    case 'ended':
      return running === null ? state : { ...state, ...endTurn(state, running, action.end), running: null }
  }
}

const start = (answerKey: string, before: RunningTurn['before']): RunningTurn => ({
  answerKey,
  before,
  phase: 'sending',
  stopping: false,
  goesOn: false,
})

function sendMessage(
  { messages }: ThreadState,
  { user, answer, instead }: Extract<ThreadAction, { type: 'sent' }>,
): ThreadState {
  const place = messages.findIndex((message) => message.key === instead)
  const edited = messages[place]
  const kept = edited === undefined ? messages : messages.slice(0, place)
  const parentId = edited === undefined ? (kept.at(-1)?.id ?? null) : edited.parentId
  const siblings = [...(edited?.siblings ?? []), ...user.siblings]
  return {
    messages: [...kept, { ...user, parentId, siblings }, { ...answer, parentId: user.id }],
    running: start(answer.key, messages),
    anchorKey: user.key,
    refusal: null,
  }
}

/** Another answer takes the place of one that is there; the branch that went on from that one leaves the page. */
function askAgain(state: ThreadState, answer: ThreadMessage): ThreadState {
  const { messages } = state
  const place = messages.findIndex((message) => message.key === answer.key)
  const old = messages[place]
  if (old === undefined) return state
  const { parentId, siblings } = old
  const next = [...messages.slice(0, place), { ...answer, parentId, siblings }]
  return { ...state, messages: next, running: start(answer.key, messages), refusal: null }
}

function answerApproval(
  state: ThreadState,
  { answerKey, toolCallId, approved }: Extract<ThreadAction, { type: 'approval-answered' }>,
): ThreadState {
  const { messages } = state
  const next = swap(messages, answerKey, (message) => ({
    ...message,
    status: 'streaming',
    parts: message.parts.map((part) =>
      isToolPart(part) && part.toolCallId === toolCallId ? responded(part, approved) : part,
    ),
  }))
  return { ...state, messages: next, running: { ...start(answerKey, messages), goesOn: true }, refusal: null }
}

const responded = (part: ToolPart, approved: boolean): ToolPart =>
  part.state === 'approval-requested'
    ? { ...part, state: 'approval-responded', approval: { ...part.approval, approved } }
    : part

function takeAnswer(state: ThreadState, running: RunningTurn, answer: Answer): ThreadState {
  const shown = state.messages.find((message) => message.key === running.answerKey)
  const length = lengthOf(answer.parts)
  // After a break it is told again from its beginning, and may grow no more: the one who wrote it can be gone.
  const shownLength = lengthOf(shown?.parts ?? [])
  const toldAgain = running.phase === 'reconnecting' || (running.goesOn && running.phase !== 'writing')
  if (toldAgain && shownLength > 0 && length <= shownLength) return state
  const waiting = running.phase === 'sending' ? 'sending' : 'waiting'
  const phase = length > 0 ? 'writing' : waiting
  const messages = swap(state.messages, running.answerKey, (message) => withAnswer(message, answer))
  return { ...state, messages, running: phase === running.phase ? running : { ...running, phase } }
}

function endTurn(
  { messages }: ThreadState,
  { answerKey, before, goesOn }: RunningTurn,
  end: TurnEnd,
): Partial<ThreadState> {
  switch (end.kind) {
    case 'refused':
      // A turn that this page only joined stays as it was stored; whoever joined it looks again.
      // One sent again has the same key, and goes to the top of the view again.
      if (before === null) return {}
      // Why a word was not taken stands where it was given.
      if (goesOn) return { messages: before }
      return { messages: before, refusal: end.failure, anchorKey: null }
    case 'lost': {
      if (before === null) return {}
      return { messages: swap(messages, answerKey, (it) => ({ ...it, status: 'lost', error: end.failure })) }
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
