import { afterEach, describe, expect, it, vi } from 'vitest'
import { queueStorage } from '@/components/chat/use-queue'

const message = { id: 'm1', text: 'Next', files: [] }

function fakeStorage(initial: Record<string, string> = {}) {
  const entries = new Map(Object.entries(initial))
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => entries.set(key, value),
    removeItem: (key: string) => entries.delete(key),
  })
  return entries
}

describe('queueStorage', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('stores queues by user and conversation and removes the entry of an empty queue', () => {
    const entries = fakeStorage()
    queueStorage('ada', 'c1').write([message])
    expect(queueStorage('ada', 'c1').read()).toEqual([message])
    expect(queueStorage('ada', 'c2').read()).toEqual([])
    expect(queueStorage('bob', 'c1').read()).toEqual([])
    queueStorage('ada', 'c1').write([])
    expect(entries.size).toBe(0)
  })

  it.each(['not JSON', '{}', '[1, null, {"id":"x"}]', '"text"'])('ignores the malformed entry %s', (text) => {
    fakeStorage({ 'gf-queue:ada:c1': text })
    expect(queueStorage('ada', 'c1').read()).toEqual([])
  })
})
