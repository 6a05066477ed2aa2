type Shortcut = 'new-chat' | 'search' | 'shortcuts'

type KeyPress = {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
  isComposing: boolean
}

/**
 * Returns the page-wide shortcut of a key press, or null. The chat handles further shortcuts itself. On keyboards
 * without Latin letters, the physical key counts. `/` may need Shift, because many layouts place it there.
 */
export function shortcutOf(press: KeyPress): Shortcut | null {
  if (press.isComposing || press.altKey || !(press.ctrlKey || press.metaKey)) return null
  const latin = /^[a-z/]$/i.test(press.key)
  const key = latin ? press.key.toLowerCase() : press.code
  if (key === 'k' || key === 'KeyK') return press.shiftKey ? null : 'search'
  if (key === 'o' || key === 'KeyO') return press.shiftKey ? 'new-chat' : null
  if (key === '/') return 'shortcuts'
  return key === 'Slash' && !press.shiftKey && !/^[\p{P}\p{S}]$/u.test(press.key) ? 'shortcuts' : null
}
