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
  it('tells sending, waiting and writing apart', () => {
    expect(stateAfter(sent).running?.phase).toBe('sending')
    expect(stateAfter(sent, { type: 'opened' }).running?.phase).toBe('waiting')
    expect(stateAfter(...done.slice(0, 3)).running?.phase).toBe('writing')
    expect(stateAfter(...done).running).toBeNull()
  })

  it('keeps the key of an answer when its id becomes known', () => {
    expect(stateAfter(...done).messages.at(-1)).toMatchObject({ key: 'answer to u', id: 'a', status: 'complete' })
  })

  it('takes a refused turn off the page and says why', () => {
    const state = stateAfter(sent, { type: 'ended', end: { kind: 'refused', failure } })
    expect(state).toMatchObject({ messages: [], refusal: failure, running: null, anchorKey: null })
  })

  it('puts the old answer back when asking again is refused', () => {
    const again: ThreadAction = { type: 'asked-again', answer: awaitedAnswer('t2', 'answer to u') }
    expect(stateAfter(...done, again).messages).toHaveLength(2)
    expect(stateAfter(...done, again).messages.at(-1)?.parts).toEqual([])
    const state = stateAfter(...done, again, { type: 'ended', end: { kind: 'refused', failure } })
    expect(state.messages.at(-1)).toMatchObject({ id: 'a', parts: answer.parts })
  })

  it('keeps what arrived of an answer whose connection is lost', () => {
    const state = stateAfter(...done.slice(0, 3), { type: 'ended', end: { kind: 'lost', failure } })
    expect(state.messages.at(-1)).toMatchObject({
      status: 'lost',
      parts: answer.parts,
      error: { message: 'Still writing.' },
    })
  })

  it('shows no message twice when pages overlap', () => {
    const older = [userMessage('o', 'Old'), userMessage('u', 'Hello')]
    const state = stateAfter(...done, { type: 'stored', messages: older, place: 'older' })
    expect(state.messages.map((message) => message.id)).toEqual(['o', 'u', 'a'])
  })
})
