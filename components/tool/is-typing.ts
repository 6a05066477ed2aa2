/** Whether somebody is in the middle of a text, or of a dialog: then the focus stays where it is. */
export function isTyping(): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  const focused = document.activeElement
  const isField = focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement
  return isField && focused.value !== ''
}
