'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { CopyField } from '@/components/ui/copy-field'
import type { MadeApiKey } from '@/lib/contract/api'

/** The key itself, shown this once. What had the focus before is gone, so it goes to the key. */
export function MadeKey({ made, onDone }: { made: MadeApiKey; onDone: () => void }) {
  const t = useTranslations('preference')
  const words = {
    label: t('keys.key'),
    copy: t('keys.copy'),
    copied: t('keys.copied'),
    notCopied: t('keys.notCopied'),
  }
  return (
    <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
      <p className="text-sm">{t('keys.madeWords')}</p>
      <CopyField value={made.key} words={words} atOnce="focus" mono />
      <div className="flex justify-end">
        <Button look="quiet" onClick={onDone}>
          {t('keys.done')}
        </Button>
      </div>
    </div>
  )
}
