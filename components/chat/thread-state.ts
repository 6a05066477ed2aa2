import type { Failure } from '@/components/api/failure'
import type { Answer } from '@/components/chat/build-answer'
import type { TurnEnd } from '@/components/chat/follow-turn'
import type { ServerTiming } from '@/components/chat/read-server-timing'
import { type ThreadMessage, withAnswer } from '@/components/chat/thread-message'
import { toolProgress } from '@/lib/contract/message-builder'
import { isToolPart, type ToolPart } from '@/lib/contract/ui-message'

/** The turn that this page is following. There is at most one. */
export type RunningTurn = {
  answerKey: string
  /**
   * The messages before the turn, which are restored if the server rejects it. Null if this page joined a running
   * turn.
   */
  before: ThreadMessage[] | null
  /**
   * `sending`: not accepted yet. `waiting`: accepted, without text. `writing`: text is arriving. `reconnecting`:
   * text had arrived, but the connection broke.
   */
  phase: 'sending' | 'waiting' | 'writing' | 'reconnecting'
  stopping: boolean
  /** True if the user answered an approval request. The answer then continues, and its parts stay visible. */
  isContinuation: boolean
}

export type ThreadState = {
  messages: ThreadMessage[]
  running: RunningTurn | null
  /** The newest message sent from this page. The view keeps it at the top. */
  anchorKey: string | null
  /** The error of the last request that the server rejected. */
  refusal: Failure | null
}

export type ThreadAction =
  | { type: 'stored'; messages: ThreadMessage[]; place: 'older' | 'all' }
  /** `replaces` is the key of the message that this one replaces. It and all later messages are removed. */
  | { type: 'sent'; user: ThreadMessage; answer: ThreadMessage; replaces?: string }
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

const contentLength = (parts: ThreadMessage['parts']) =>
  parts.reduce((sum, part) => {
    if (isToolPart(part)) return sum + toolProgress[part.state]
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
      // The decision is stored now. If the connection breaks, the answer must be fetched like one that the page
      // has joined.
      const before = running.isContinuation ? null : running.before
      return { ...state, messages: next, running: { ...running, before, phase: 'waiting' } }
    }
    case 'broken':
      return running === null ? state : { ...state, running: { ...running, phase: 'reconnecting' } }
    case 'arrived':
      return running === null ? state : applyAnswer(state, running, action.answer)
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
  isContinuation: false,
})

function sendMessage(
  { messages }: ThreadState,
  { user, answer, replaces }: Extract<ThreadAction, { type: 'sent' }>,
): ThreadState {
  const place = messages.findIndex((message) => message.key === replaces)
  const edited = messages[place]
  const remaining = edited === undefined ? messages : messages.slice(0, place)
  const parentId = edited === undefined ? (remaining.at(-1)?.id ?? null) : edited.parentId
  const siblings = [...(edited?.siblings ?? []), ...user.siblings]
  return {
    messages: [...remaining, { ...user, parentId, siblings }, { ...answer, parentId: user.id }],
    running: start(answer.key, messages),
    anchorKey: user.key,
    refusal: null,
  }
}

/** Replaces an answer with a new one and removes the messages that followed the old one. */
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
  return { ...state, messages: next, running: { ...start(answerKey, messages), isContinuation: true }, refusal: null }
}

const responded = (part: ToolPart, approved: boolean): ToolPart =>
  part.state === 'approval-requested'
    ? { ...part, state: 'approval-responded', approval: { ...part.approval, approved } }
    : part

function applyAnswer(state: ThreadState, running: RunningTurn, answer: Answer): ThreadState {
  const shown = state.messages.find((message) => message.key === running.answerKey)
  const length = contentLength(answer.parts)
  // After a break, the stream replays the answer from its start, so a shorter answer than the shown one is
  // ignored. The answer may never grow again if its process has died.
  const shownLength = contentLength(shown?.parts ?? [])
  const isReplay = running.phase === 'reconnecting' || (running.isContinuation && running.phase !== 'writing')
  if (isReplay && shownLength > 0 && length <= shownLength) return state
  const waiting = running.phase === 'sending' ? 'sending' : 'waiting'
  const phase = length > 0 ? 'writing' : waiting
  const messages = swap(state.messages, running.answerKey, (message) => withAnswer(message, answer))
  return { ...state, messages, running: phase === running.phase ? running : { ...running, phase } }
}

function endTurn(
  { messages }: ThreadState,
  { answerKey, before, isContinuation }: RunningTurn,
  end: TurnEnd,
): Partial<ThreadState> {
  switch (end.kind) {
    case 'refused':
      // A turn that this page has joined keeps its stored state, and `useThread` polls it. A retry of a sent turn
      // reuses the key, so resetting the anchor lets it scroll to the top again.
      if (before === null) return {}
      // The approval card shows the reason itself.
      if (isContinuation) return { messages: before }
      return { messages: before, refusal: end.failure, anchorKey: null }
    case 'lost': {
      if (before === null) return {}
      return { messages: swap(messages, answerKey, (message) => ({ ...message, status: 'lost', error: end.failure })) }
    }
    case 'idle':
    case 'left':
      return {}
    default:
      return { messages: swap(messages, answerKey, (message) => withAnswer(message, end.answer)) }
  }
}

/** Prepends a page of older messages, skipping those that are already shown. */
function mergeOlder(older: ThreadMessage[], messages: ThreadMessage[]): ThreadMessage[] {
  const known = new Set(messages.map((message) => message.id))
  return [...older.filter((message) => !known.has(message.id)), ...messages]
}
