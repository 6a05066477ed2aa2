'use client'

import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { currentModel, useSettings } from '@/components/preference/settings-context'
import { IconButton } from '@/components/ui/button'

const dismissedKey = 'gf-offline-model-seen'

/**
 * Shown until it is dismissed in this browser if no API key is configured, so that the built-in demo model
 * answers. It is not shown if other models are available, because the user has then chosen the demo model.
 */
export function OfflineModelBanner() {
  const t = useTranslations('chat')
  const settings = useSettings()
  const [dismissed, setDismissed] = useState(true)
  useEffect(() => {
    try {
      setDismissed(localStorage.getItem(dismissedKey) === 'yes')
    } catch {
      setDismissed(false)
    }
  }, [])
  const dismiss = () => {
    setDismissed(true)
    try {
      localStorage.setItem(dismissedKey, 'yes')
    } catch {
      // The dismissal could not be stored, so the banner will appear again on the next page load.
    }
  }
  const isPicked = settings.models?.items.some(({ available, provider }) => available && provider !== 'offline')
  if (dismissed || isPicked || currentModel(settings)?.provider !== 'offline') return null
  return (
    <div role="note" className="flex items-center gap-2 border-b border-line bg-card py-1.5 ps-4 pe-2 text-sm">
      <p className="flex-1">
        {t.rich('offlineModel', { code: (name) => <code className="font-mono text-[0.875em]">{name}</code> })}
      </p>
      <IconButton label={t('dismiss')} onClick={dismiss}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  )
}
