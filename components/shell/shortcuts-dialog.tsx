'use client'

import { useTranslations } from 'use-intl'
import { useSettings } from '@/components/preference/settings-context'
import { Dialog } from '@/components/shell/dialog'
import { ShortcutList } from '@/components/shell/shortcut-list'

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('shell')
  const { preferences } = useSettings()
  return (
    <Dialog title={t('shortcut.title')} onClose={onClose}>
      <div className="overflow-y-auto px-5 pb-4">
        {preferences?.shortcuts === false && <p className="py-2 text-sm text-soft">{t('shortcut.off')}</p>}
        <ShortcutList />
      </div>
    </Dialog>
  )
}
