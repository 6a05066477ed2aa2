import { describe, expect, it } from 'vitest'
import { watchRunning } from '@/components/sidebar/use-unseen'
import type { ConversationItem } from '@/lib/contract/api'

const item = (id: string, running: boolean) => ({ id, running }) as ConversationItem

describe('watchRunning', () => {
  it('marks an answer that ended while the conversation was not open', () => {
    const watched = watchRunning({}, [item('a', true), item('b', false)], null)
    expect(watched).toEqual({ a: 'running' })
    expect(watchRunning(watched, [item('a', false)], null)).toEqual({ a: 'ended' })
  })

  it('marks no answer that ended in the open conversation, and removes the mark when it is opened', () => {
    expect(watchRunning({ a: 'running' }, [item('a', false)], 'a')).toEqual({})
    expect(watchRunning({ a: 'ended', b: 'ended' }, [], 'a')).toEqual({ b: 'ended' })
  })

  it('keeps the state of conversations that are missing from the list', () => {
    expect(watchRunning({ a: 'running' }, [], null)).toEqual({ a: 'running' })
  })

  it('evicts the oldest watched conversations above the limit', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, 'ended' as const]))
    expect(Object.keys(watchRunning(many, [item('new', true)], null))).toHaveLength(200)
    expect(watchRunning(many, [item('new', true)], null).new).toBe('running')
  })
})
