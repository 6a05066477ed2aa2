import { describe, expect, it } from 'vitest'
import type { Answer } from '@/components/chat/build-answer'
import { awaitedAnswer, userMessage } from '@/components/chat/thread-message'
import { emptyThread, type ThreadAction, threadReducer } from '@/components/chat/thread-state'

const failure = { code: 'turn_in_progress' as const, message: 'Still writing.' }
const answer: Answer = {
  messageId: 'a',
  parts: [{ type: 'text', text: 'Hi' }],
  metadata: {},
  error: null,
  end: 'complete',
}
const sent: ThreadAction = { type: 'sent', user: userMessage('u', 'Hello'), answer: awaitedAnswer('u') }
const stateAfter = (...actions: ThreadAction[]) => actions.reduce(threadReducer, emptyThread)
const done: ThreadAction[] = [
  sent,
  { type: 'opened' },
  { type: 'arrived', answer: { ...answer, end: null } },
  { type: 'ended', end: { kind: 'complete', answer } },
]

describe('threadReducer', () => {
  it('distinguishes the phases sending, waiting and writing', () => {
    expect(stateAfter(sent).running?.phase).toBe('sending')
    expect(stateAfter(sent, { type: 'opened' }).running?.phase).toBe('waiting')
    expect(stateAfter(...done.slice(0, 3)).running?.phase).toBe('writing')
    expect(stateAfter(...done).running).toBeNull()
  })

  it('keeps the key of an answer when its id becomes known', () => {
    expect(stateAfter(...done).messages.at(-1)).toMatchObject({ key: 'answer to u', id: 'a', status: 'complete' })
  })

  it('removes a rejected turn and keeps the reason', () => {
    const state = stateAfter(sent, { type: 'ended', end: { kind: 'refused', failure } })
    expect(state).toMatchObject({ messages: [], refusal: failure, running: null, anchorKey: null })
  })

  it('restores the old answer when a regeneration is rejected', () => {
    const again: ThreadAction = { type: 'asked-again', answer: awaitedAnswer('t2', 'answer to u') }
    expect(stateAfter(...done, again).messages).toHaveLength(2)
    expect(stateAfter(...done, again).messages.at(-1)?.parts).toEqual([])
    const state = stateAfter(...done, again, { type: 'ended', end: { kind: 'refused', failure } })
    expect(state.messages.at(-1)).toMatchObject({ id: 'a', parts: answer.parts })
  })

  it('keeps the received parts of an answer whose connection is lost', () => {
    const state = stateAfter(...done.slice(0, 3), { type: 'ended', end: { kind: 'lost', failure } })
    expect(state.messages.at(-1)).toMatchObject({
      status: 'lost',
      parts: answer.parts,
      error: { message: 'Still writing.' },
    })
  })

  it('replaces an edited message and restores the old one on rejection', () => {
    const before = stateAfter(...done)
    const edit: ThreadAction = {
      type: 'sent',
      user: userMessage('u2', 'Hello there'),
      answer: awaitedAnswer('u2'),
      replaces: 'u',
    }
    const state = threadReducer(before, edit)
    expect(state.messages.map(({ key }) => key)).toEqual(['u2', 'answer to u2'])
    expect(state.messages[0]).toMatchObject({ parentId: null, siblings: ['u', 'u2'] })
    const refused = threadReducer(state, { type: 'ended', end: { kind: 'refused', failure } })
    expect(refused.messages).toEqual(before.messages)
  })

  it('makes a regenerated answer a sibling and removes the messages after the old one', () => {
    const next: ThreadAction = { type: 'sent', user: userMessage('u2', 'And?'), answer: awaitedAnswer('u2') }
    const more = { ...answer, messageId: 'b' }
    const long = stateAfter(...done, next, { type: 'ended', end: { kind: 'complete', answer: more } })
    expect(long.messages[2]).toMatchObject({ parentId: 'a', siblings: ['u2'] })
    const again: ThreadAction = { type: 'asked-again', answer: awaitedAnswer('t2', 'answer to u') }
    const end = { kind: 'complete', answer: { ...answer, messageId: 'a2' } } as const
    const state = [again, { type: 'ended', end } as const].reduce(threadReducer, long)
    expect(state.messages).toHaveLength(2)
    expect(state.messages[1]).toMatchObject({ id: 'a2', siblings: ['a', 'a2'], parentId: 'u' })
  })

  it('stays in reconnecting, with the same text, until more text than before has arrived', () => {
    const arrived = (text: string): ThreadAction => ({
      type: 'arrived',
      answer: { ...answer, parts: text === '' ? [] : [{ type: 'text', text }], end: null },
    })
    const broken = stateAfter(sent, { type: 'opened' }, arrived('Hello'), { type: 'broken' })
    expect(broken.running?.phase).toBe('reconnecting')
    for (const text of ['', 'He', 'Hello']) {
      const behind = threadReducer(broken, arrived(text))
      expect(behind.running?.phase).toBe('reconnecting')
      expect(behind.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'Hello' }])
    }
    expect(threadReducer(broken, arrived('Hello you')).running?.phase).toBe('writing')
    const early = stateAfter(sent, { type: 'opened' }, { type: 'broken' }, arrived(''))
    expect(early.running?.phase).toBe('waiting')
  })

  describe('when the user answers an approval request', () => {
    const input = { id: 'm' }
    const call = { type: 'tool-delete_todo', toolCallId: 'c', input } as const
    const pending: Answer = {
      ...answer,
      parts: [...answer.parts, { ...call, state: 'approval-requested', approval: { id: 'p' } }],
    }
    const finished: Answer = {
      ...answer,
      parts: [...answer.parts, { ...call, state: 'output-available', output: {} }],
    }
    const askedState = stateAfter(
      sent,
      { type: 'opened' },
      { type: 'ended', end: { kind: 'complete', answer: pending } },
    )
    const key = askedState.messages.at(-1)?.key ?? ''
    const decision: ThreadAction = { type: 'approval-answered', answerKey: key, toolCallId: 'c', approved: true }
    const thread = (...actions: ThreadAction[]) => actions.reduce(threadReducer, askedState)
    const stateOf = (state: ReturnType<typeof thread>) => state.messages.at(-1)?.parts.at(-1)

    it('continues the same answer and shows the existing parts meanwhile', () => {
      expect(thread(decision)).toMatchObject({ running: { phase: 'sending' } })
      expect(thread(decision).messages.at(-1)).toMatchObject({ id: 'a', status: 'streaming' })
      const partial = { ...pending, end: null }
      const early = thread(decision, { type: 'opened' }, { type: 'arrived', answer: partial })
      expect(stateOf(early)).toMatchObject({ state: 'approval-responded', approval: { approved: true } })
      expect(early.running?.phase).toBe('waiting')
      const later = threadReducer(early, { type: 'arrived', answer: { ...finished, end: null } })
      expect(later.running?.phase).toBe('writing')
      expect(stateOf(later)).toMatchObject({ state: 'output-available' })
      const ended = threadReducer(later, { type: 'ended', end: { kind: 'complete', answer: finished } })
      expect(ended.messages.at(-1)).toMatchObject({ id: 'a', status: 'complete', siblings: ['a'] })
    })

    it('asks for approval again if the server rejects it and shows the reason only there', () => {
      const state = thread(decision, { type: 'ended', end: { kind: 'refused', failure } })
      expect(state).toMatchObject({ messages: askedState.messages, refusal: null, running: null })
    })

    it('leaves an approved answer streaming when the connection is lost, so that it is polled', () => {
      const state = thread(decision, { type: 'opened' }, { type: 'ended', end: { kind: 'lost', failure } })
      expect(state).toMatchObject({ running: null, refusal: null })
      expect(state.messages.at(-1)?.status).toBe('streaming')
    })
  })

  it('shows a message only once when pages overlap', () => {
    const older = [userMessage('o', 'Old'), userMessage('u', 'Hello')]
    const state = stateAfter(...done, { type: 'stored', messages: older, place: 'older' })
    expect(state.messages.map((message) => message.id)).toEqual(['o', 'u', 'a'])
  })

  it('keeps older messages that were loaded before a turn was rejected', () => {
    const older: ThreadAction = { type: 'stored', messages: [userMessage('o', 'Old')], place: 'older' }
    const again: ThreadAction = { type: 'asked-again', answer: awaitedAnswer('t2', 'answer to u') }
    const state = stateAfter(...done, again, older, { type: 'ended', end: { kind: 'refused', failure } })
    expect(state.messages.map((message) => message.id)).toEqual(['o', 'u', 'a'])
  })
})
