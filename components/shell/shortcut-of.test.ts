import { expect, it } from 'vitest'
import { shortcutOf } from '@/components/shell/shortcut-of'

const press = (key: string, code: string, held: string) => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
  isComposing: held.includes('composing'),
})

it.each([
  ['k', 'KeyK', 'ctrl', 'search'],
  ['k', 'KeyK', 'meta', 'search'],
  ['K', 'KeyK', 'ctrl', 'search'],
  ['k', 'KeyK', 'ctrl shift', null],
  ['k', 'KeyK', 'ctrl alt', null],
  ['k', 'KeyK', '', null],
  ['k', 'KeyK', 'ctrl composing', null],
  ['ن', 'KeyK', 'ctrl', 'search'],
  ['O', 'KeyO', 'meta shift', 'new-chat'],
  ['o', 'KeyO', 'ctrl', null],
  ['/', 'Slash', 'ctrl', 'shortcuts'],
  ['/', 'Digit7', 'ctrl shift', 'shortcuts'],
  ['-', 'Slash', 'ctrl', null],
  ['ظ', 'Slash', 'ctrl', 'shortcuts'],
])('%s (%s) with %s: %s', (key, code, held, shortcut) => {
  expect(shortcutOf(press(key, code, held))).toBe(shortcut)
})
