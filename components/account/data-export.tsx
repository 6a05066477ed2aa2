'use client'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { saveFile } from '@/components/api/save-file'
import { useErrorMessage } from '@/components/api/use-error-message'
import { SettingSection } from '@/components/preference/setting-section'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

export function DataExport() {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const [state, setState] = useState<'idle' | 'busy' | 'done' | Failure>('idle')
  const save = async () => {
    setState('busy')
    setState((await saveFile('/api/conversations/export')) ?? 'done')
  }
  return (
    <SettingSection title={t('export.title')} lead={t('export.lead')}>
      <Button variant="quiet" aria-disabled={state === 'busy'} onClick={() => state !== 'busy' && void save()}>
        {t('export.save')}
      </Button>
      <p role="status" className="mt-2 text-sm text-soft empty:hidden">
        {state === 'busy' && t('export.busy')}
        {state === 'done' && t('export.done')}
      </p>
      {typeof state === 'object' && (
        <div className="mt-3">
          <Notice message={errorMessage(state)} />
        </div>
      )}
    </SettingSection>
  )
}
