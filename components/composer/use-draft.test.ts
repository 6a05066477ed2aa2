import { afterEach, describe, expect, it, vi } from 'vitest'
import { draftStorage } from '@/components/composer/use-draft'

function fakeStorage() {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  return kept
}

describe('draftStorage', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('keeps drafts apart by user and conversation', () => {
    fakeStorage()
    draftStorage('ada', 'c1').write('for c1')
    draftStorage('ada', null).write('for a new one')
    expect(draftStorage('ada', 'c1').read()).toBe('for c1')
    expect(draftStorage('ada', null).read()).toBe('for a new one')
    expect(draftStorage('ada', 'c2').read()).toBe('')
    expect(draftStorage('bob', 'c1').read()).toBe('')
  })

  it('leaves nothing behind for an empty text', () => {
    const kept = fakeStorage()
    const draft = draftStorage('ada', 'c1')
    draft.write('x')
    draft.write('')
    expect(kept.size).toBe(0)
  })

  it('goes on without storage', () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('forbidden')
      },
      setItem: () => {
        throw new Error('full')
      },
    })
    const draft = draftStorage('ada', 'c1')
    draft.write('x')
    expect(draft.read()).toBe('')
  })
})
