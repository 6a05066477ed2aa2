import { describe, expect, it } from 'vitest'
import { readFailure } from '@/components/api/failure'

const problem = { type: 'about:blank', title: 'Too many requests.', status: 429, detail: 'Slow down.', requestId: 'r' }
const answer = (body: unknown, status = 429) => new Response(JSON.stringify(body), { status })

describe('readFailure', () => {
  it.each([
    [7, 'Slow down. Try again in 7 s.'],
    [0, 'Slow down. Try again in 1 s.'],
    [600, 'Slow down. Try again in 10 min.'],
    [7200, 'Slow down. Try again in 2 h.'],
  ])('appends a retry time to the message for a Retry-After of %i s', async (retryAfter, message) => {
    const failure = await readFailure(answer({ ...problem, code: 'rate_limited', retryAfter }))
    expect(failure).toEqual({ code: 'rate_limited', message, retryAfterSeconds: retryAfter })
  })

  it('adds the message of an invalid field', async () => {
    const errors = [{ path: 'message', message: 'Too long.' }]
    const failure = await readFailure(answer({ ...problem, code: 'invalid_request', errors }, 400))
    expect(failure.message).toBe('Slow down. Too long.')
  })

  it('returns a readable message for a response that is not a problem document', async () => {
    const failure = await readFailure(new Response('<h1>Bad gateway</h1>', { status: 502 }))
    expect(failure.code).toBe('unreadable')
    expect(failure.message).toContain('502')
  })
})
