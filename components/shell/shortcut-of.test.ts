import { expect, it } from 'vitest'
import { shortcutOf } from '@/components/shell/shortcut-of'

const press = (key: string, code: string, modifiers: string) => ({
  key,
  code,
  ctrlKey: modifiers.includes('ctrl'),
  metaKey: modifiers.includes('meta'),
  altKey: modifiers.includes('alt'),
  shiftKey: modifiers.includes('shift'),
  isComposing: modifiers.includes('composing'),
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
])('maps key %s (code %s) with modifiers "%s" to the shortcut %s', (key, code, modifiers, shortcut) => {
  expect(shortcutOf(press(key, code, modifiers))).toBe(shortcut)
})
