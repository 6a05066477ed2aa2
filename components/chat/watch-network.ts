type NetworkWatcher = { onOffline?: () => void; onOnline: () => void }

/** Tells when the device loses its network and has one again. A broken connection itself may not notice for minutes. */
export function watchNetwork({ onOffline = () => undefined, onOnline }: NetworkWatcher): () => void {
  if (typeof window === 'undefined') return () => undefined
  window.addEventListener('offline', onOffline)
  window.addEventListener('online', onOnline)
  return () => {
    window.removeEventListener('offline', onOffline)
    window.removeEventListener('online', onOnline)
  }
}
