import { afterEach, describe, expect, it, vi } from 'vitest'
import { queueStorage } from '@/components/chat/use-queue'

const message = { id: 'm1', text: 'Next', files: [] }

function fakeStorage(initial: Record<string, string> = {}) {
  const kept = new Map(Object.entries(initial))
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  return kept
}

describe('queueStorage', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('keeps what waits, by user and conversation, and nothing of an empty queue', () => {
    const kept = fakeStorage()
    queueStorage('ada', 'c1').write([message])
    expect(queueStorage('ada', 'c1').read()).toEqual([message])
    expect(queueStorage('ada', 'c2').read()).toEqual([])
    expect(queueStorage('bob', 'c1').read()).toEqual([])
    queueStorage('ada', 'c1').write([])
    expect(kept.size).toBe(0)
  })

  it.each(['not JSON', '{}', '[1, null, {"id":"x"}]', '"text"'])('finds nothing in %s', (text) => {
    fakeStorage({ 'gf-queue:ada:c1': text })
    expect(queueStorage('ada', 'c1').read()).toEqual([])
  })
})
