import type { Preferences } from '@/lib/contract/api'

type KeyPress = {
  key: string
  keyCode: number
  shiftKey: boolean
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  isComposing: boolean
}

/**
 * Whether this key press sends the message. Enter that ends an IME composition never does: most browsers say so with
 * `isComposing`; Safari ends the composition before the key press and leaves only key code 229.
 */
export function isSendKey(press: KeyPress, sendKey: Preferences['sendKey']): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === 229) return false
  const withModifier = press.ctrlKey || press.metaKey
  return sendKey === 'mod-enter' ? withModifier : !press.shiftKey && !press.altKey
}
