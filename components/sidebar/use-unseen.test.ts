import { describe, expect, it } from 'vitest'
import { watchRunning } from '@/components/sidebar/use-unseen'
import type { ConversationItem } from '@/lib/contract/api'

const item = (id: string, running: boolean) => ({ id, running }) as ConversationItem

describe('watchRunning', () => {
  it('marks what ended while nobody looked', () => {
    const watched = watchRunning({}, [item('a', true), item('b', false)], null)
    expect(watched).toEqual({ a: 'running' })
    expect(watchRunning(watched, [item('a', false)], null)).toEqual({ a: 'ended' })
  })

  it('marks nothing that ended before somebody’s eyes, and takes the mark from what is opened', () => {
    expect(watchRunning({ a: 'running' }, [item('a', false)], 'a')).toEqual({})
    expect(watchRunning({ a: 'ended', b: 'ended' }, [], 'a')).toEqual({ b: 'ended' })
  })

  it('does not know an end from a page that does not list the conversation', () => {
    expect(watchRunning({ a: 'running' }, [], null)).toEqual({ a: 'running' })
  })

  it('forgets the oldest when there are too many', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, 'ended' as const]))
    expect(Object.keys(watchRunning(many, [item('new', true)], null))).toHaveLength(200)
    expect(watchRunning(many, [item('new', true)], null).new).toBe('running')
  })
})
