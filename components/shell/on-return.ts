/** Calls `look` when somebody comes back to the page, or the page to the network. Returns how to stop that. */
export function onReturn(look: () => void): () => void {
  const lookIfSeen = () => document.visibilityState === 'visible' && look()
  document.addEventListener('visibilitychange', lookIfSeen)
  window.addEventListener('focus', lookIfSeen)
  window.addEventListener('online', lookIfSeen)
  return () => {
    document.removeEventListener('visibilitychange', lookIfSeen)
    window.removeEventListener('focus', lookIfSeen)
    window.removeEventListener('online', lookIfSeen)
  }
}
