/**
 * Calls `refresh` when the page becomes visible or focused, or when the network returns. Returns a function that stops
 * this.
 */
export function onFocus(refresh: () => void): () => void {
  const refreshIfVisible = () => document.visibilityState === 'visible' && refresh()
  document.addEventListener('visibilitychange', refreshIfVisible)
  window.addEventListener('focus', refreshIfVisible)
  window.addEventListener('online', refreshIfVisible)
  return () => {
    document.removeEventListener('visibilitychange', refreshIfVisible)
    window.removeEventListener('focus', refreshIfVisible)
    window.removeEventListener('online', refreshIfVisible)
  }
}
