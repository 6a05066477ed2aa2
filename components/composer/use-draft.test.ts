import { afterEach, describe, expect, it, vi } from 'vitest'
import { draftStorage } from '@/components/composer/use-draft'

function fakeStorage() {
  const entries = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => entries.set(key, value),
    removeItem: (key: string) => entries.delete(key),
  })
  return entries
}

describe('draftStorage', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('stores drafts separately for each user and conversation', () => {
    fakeStorage()
    draftStorage('ada', 'c1').write('for c1')
    draftStorage('ada', null).write('for a new one')
    expect(draftStorage('ada', 'c1').read()).toBe('for c1')
    expect(draftStorage('ada', null).read()).toBe('for a new one')
    expect(draftStorage('ada', 'c2').read()).toBe('')
    expect(draftStorage('bob', 'c1').read()).toBe('')
  })

  it('removes the storage entry of an empty draft', () => {
    const entries = fakeStorage()
    const draft = draftStorage('ada', 'c1')
    draft.write('x')
    draft.write('')
    expect(entries.size).toBe(0)
  })

  it('treats a draft as empty if browser storage fails', () => {
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
