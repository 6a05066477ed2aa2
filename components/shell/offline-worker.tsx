'use client'

import { useEffect } from 'react'
import { useLocale } from 'use-intl'

/**
 * Has the browser keep the page that says "offline" (`/sw.js`), once everything that this page needs is there. In
 * development that address is a 404, so that no reload is answered by a page of yesterday.
 */
export function OfflineWorker() {
  const language = useLocale()
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return
    const register = () => {
      navigator.serviceWorker.register(`/sw.js?language=${language}`).catch(() => undefined)
    }
    if (document.readyState === 'complete') return register()
    window.addEventListener('load', register)
    return () => window.removeEventListener('load', register)
  }, [language])
  return null
}
