import { beforeEach, expect, test, vi } from 'vitest'
import { queueStorage } from '@/components/chat/use-queue'
import { draftStorage, hasUnsentTexts, removeUnsentTexts } from './use-draft'

/** A minimal browser storage. Its entries are own properties, as in a browser. */
function fakeStorage(): Storage {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return Object.hasOwn(this, key) ? (this[key] ?? null) : null
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key]
    },
  }
  return Object.create(methods) as Storage
}

beforeEach(() => vi.stubGlobal('localStorage', fakeStorage()))

test('finds and removes a draft and a queued message', () => {
  expect(hasUnsentTexts('ada')).toBe(false)
  draftStorage('ada', null).write('A new chat')
  expect(hasUnsentTexts('ada')).toBe(true)
  draftStorage('ada', null).write('')
  expect(hasUnsentTexts('ada')).toBe(false)
  queueStorage('ada', 'c1').write([{ id: 'm1', text: 'Next', files: [] }])
  draftStorage('ada', 'c1').write('A draft')
  expect(hasUnsentTexts('ada')).toBe(true)
  removeUnsentTexts('ada')
  expect(Object.keys(localStorage)).toEqual([])
})

test('keeps the texts of other accounts on the same browser', () => {
  draftStorage('ada', 'c1').write('Hers')
  draftStorage('ada-2', 'c1').write('Of another account')
  localStorage.setItem('gf-watched', '{}')
  removeUnsentTexts('ada')
  expect(Object.keys(localStorage)).toEqual(['gf-draft:ada-2:c1', 'gf-watched'])
})

test('finds no unsent texts if the browser forbids storage', () => {
  vi.stubGlobal('localStorage', undefined)
  expect(hasUnsentTexts('ada')).toBe(false)
  removeUnsentTexts('ada')
})
