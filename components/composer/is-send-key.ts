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
 * Returns whether a key press sends the message. Enter that ends an IME composition must not send it. Most
 * browsers set `isComposing` then. Safari ends the composition before the key press, which only has the key code
 * 229.
 */
export function isSendKey(press: KeyPress, sendKey: Preferences['sendKey']): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === 229) return false
  const withModifier = press.ctrlKey || press.metaKey
  return sendKey === 'mod-enter' ? withModifier : !press.shiftKey && !press.altKey
}
