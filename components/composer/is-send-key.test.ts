import { describe, expect, it } from 'vitest'
import { isSendKey } from '@/components/composer/is-send-key'

const enter = {
  key: 'Enter',
  keyCode: 13,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
}

describe('isSendKey', () => {
  it('sends with Enter and inserts a line break with Shift+Enter', () => {
    expect(isSendKey(enter, 'enter')).toBe(true)
    expect(isSendKey({ ...enter, shiftKey: true }, 'enter')).toBe(false)
    expect(isSendKey({ ...enter, key: 'a', keyCode: 65 }, 'enter')).toBe(false)
  })

  it('sends only with a modifier key if the preference requires it', () => {
    expect(isSendKey(enter, 'mod-enter')).toBe(false)
    expect(isSendKey({ ...enter, ctrlKey: true }, 'mod-enter')).toBe(true)
    expect(isSendKey({ ...enter, metaKey: true }, 'mod-enter')).toBe(true)
  })

  it.each(['enter', 'mod-enter'] as const)('does not send while an IME is composing (%s)', (sendKey) => {
    const press = { ...enter, ctrlKey: sendKey === 'mod-enter' }
    expect(isSendKey({ ...press, isComposing: true }, sendKey)).toBe(false)
    expect(isSendKey({ ...press, keyCode: 229 }, sendKey)).toBe(false)
  })
})
