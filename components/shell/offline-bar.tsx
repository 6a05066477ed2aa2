'use client'

import { WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslations } from 'use-intl'

function subscribe(onChange: () => void) {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}

/** Says that the browser has no network, and nothing else: what is on the page stays, and can be read. */
export function OfflineBar() {
  const t = useTranslations('shell')
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
  return (
    <div role="status">
      {!online && (
        <p className="flex items-center justify-center gap-2 border-b border-line bg-card px-4 py-1.5 text-sm">
          <WifiOff aria-hidden="true" className="size-4 shrink-0 text-soft" />
          {t('offline.bar')}
        </p>
      )}
    </div>
  )
}
