import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { followTurn } from '@/components/chat/follow-turn'

const stream = (...events: (object | string)[]) =>
  new Response(events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''))
const event = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`
const start = { type: 'start', messageId: 'a1' }
const text = [
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hi' },
]
const finish = { type: 'finish', finishReason: 'stop' }
const watcher = () => ({ onOpened: vi.fn(), onBroken: vi.fn(), onAnswer: vi.fn() })
const live = () => new AbortController().signal

describe('followTurn', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('reads an answer to its end', async () => {
    const watch = watcher()
    const end = await followTurn(async () => stream(start, ...text, finish, '[DONE]'), watch, live())
    expect(end).toMatchObject({ kind: 'complete', answer: { messageId: 'a1', parts: [{ type: 'text', text: 'Hi' }] } })
    expect(watch.onOpened).toHaveBeenCalledTimes(1)
  })

  it('reconnects when the stream is cut and reports the opening only once', async () => {
    const watch = watcher()
    const open = vi
      .fn()
      .mockResolvedValueOnce(stream(start, ...text))
      .mockRejectedValueOnce(new TypeError('network'))
      .mockResolvedValueOnce(stream(start, ...text, finish))
    const end = followTurn(open, watch, live())
    await vi.runAllTimersAsync()
    expect((await end).kind).toBe('complete')
    expect(open).toHaveBeenCalledTimes(3)
    expect(watch.onOpened).toHaveBeenCalledTimes(1)
    expect(watch.onBroken).toHaveBeenCalledTimes(2)
  })

  it('reports a broken connection immediately, but not if it was never opened', async () => {
    const watch = watcher()
    const end = followTurn(
      vi.fn().mockResolvedValueOnce(stream(start)).mockResolvedValue(stream(start, finish)),
      watch,
      live(),
    )
    await vi.advanceTimersByTimeAsync(0)
    expect(watch.onBroken).toHaveBeenCalledTimes(1)
    await vi.runAllTimersAsync()
    expect((await end).kind).toBe('complete')

    const refused = watcher()
    expect((await followTurn(vi.fn().mockRejectedValue(new TypeError('network')), refused, live())).kind).toBe(
      'refused',
    )
    expect(refused.onBroken).not.toHaveBeenCalled()
  })

  it('resets the retry count when the stream makes progress between breaks', async () => {
    const open = vi.fn(async () => stream(...(open.mock.calls.length === 1 ? [start] : []), ...text))
    const end = followTurn(open, watcher(), live())
    await vi.advanceTimersByTimeAsync(400 * 30)
    expect(open.mock.calls.length).toBeGreaterThan(20)
    open.mockImplementation(async () => stream(finish))
    await vi.runAllTimersAsync()
    expect((await end).kind).toBe('complete')
  })

  it.each([401, 404])('stops retrying after a response with status %i', async (status) => {
    const body = JSON.stringify({ code: 'unauthenticated', title: 'T', detail: 'D', status })
    const open = vi.fn().mockResolvedValueOnce(stream(start)).mockResolvedValue(new Response(body, { status }))
    const end = followTurn(open, watcher(), live())
    await vi.runAllTimersAsync()
    expect(await end).toMatchObject({ kind: 'lost', failure: { code: 'unauthenticated' } })
    expect(open).toHaveBeenCalledTimes(2)
  })

  it('resumes after the last event id, or starts over if the stream does', async () => {
    const more = { type: 'text-delta', id: '0', delta: ' you' }
    const named = new Response(`data: ${JSON.stringify(start)}\n\n${text.map(event).join('')}id: 1-3\n${event(more)}`)
    const open = vi
      .fn()
      .mockResolvedValueOnce(named)
      .mockResolvedValueOnce(stream(more))
      .mockResolvedValueOnce(stream(start, finish))
    const end = followTurn(open, watcher(), live())
    await vi.runAllTimersAsync()
    expect(open.mock.calls.map(([, id]) => id)).toEqual([null, '1-3', '1-3'])
    // Parts that the restarted stream did not repeat must be gone.
    expect(await end).toMatchObject({ kind: 'complete', answer: { parts: [] } })

    const unnumbered = vi
      .fn()
      .mockResolvedValueOnce(stream(start, ...text))
      .mockResolvedValueOnce(stream(more, finish))
    const joined = followTurn(unnumbered, watcher(), live())
    await vi.runAllTimersAsync()
    expect(await joined).toMatchObject({ answer: { parts: [{ text: 'Hi you' }] } })
  })

  it('gives up reconnecting after the last retry', async () => {
    const open = vi.fn().mockResolvedValueOnce(stream(start)).mockRejectedValue(new TypeError('network'))
    const end = followTurn(open, watcher(), live())
    await vi.runAllTimersAsync()
    expect(await end).toMatchObject({ kind: 'lost', failure: { code: 'network' } })
  })

  it('does not resend a rejected turn', async () => {
    const body = JSON.stringify({ code: 'turn_in_progress', title: 'T', detail: 'Still writing.', status: 409 })
    const open = vi.fn(async () => new Response(body, { status: 409 }))
    expect(await followTurn(open, watcher(), live())).toEqual({
      kind: 'refused',
      failure: { code: 'turn_in_progress', message: 'Still writing.' },
    })
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('reports that no turn is running', async () => {
    const open = async () => new Response(null, { status: 204 })
    expect((await followTurn(open, watcher(), live())).kind).toBe('idle')
  })

  it('ends without an error when the page is left', async () => {
    const controller = new AbortController()
    const open = async () => {
      controller.abort()
      throw new DOMException('aborted', 'AbortError')
    }
    expect((await followTurn(open, watcher(), controller.signal)).kind).toBe('left')
  })
})
