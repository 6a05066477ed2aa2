'use client'

import { type ChangeEvent, useId, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ImportSummary } from '@/components/account/import-report'
import { uploadImport } from '@/components/account/upload-import'
import { useFailureWords } from '@/components/api/use-failure-words'
import { SettingSection } from '@/components/preference/setting-section'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ImportReport as Report } from '@/lib/contract/api'

/** What the server takes. */
const mostBytes = 50 * 1024 * 1024

type ImportState =
  | { kind: 'idle' }
  | { kind: 'sending'; part: number }
  | { kind: 'refused'; why: string }
  | { kind: 'done'; report: Report }

/** Our own export, or ChatGPT's `conversations.json`. */
export function DataImport() {
  const t = useTranslations('preference')
  const wordsOf = useFailureWords()
  const id = useId()
  const { startOver } = useConversations()
  const inputRef = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<ImportState>({ kind: 'idle' })

  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    // The same file can be chosen again.
    event.target.value = ''
    if (file === undefined) return
    if (/\.zip$/i.test(file.name)) return setState({ kind: 'refused', why: t('import.isZip') })
    if (file.size > mostBytes) return setState({ kind: 'refused', why: t('import.tooLarge') })
    setState({ kind: 'sending', part: 0 })
    const result = await uploadImport(file, (part) => setState({ kind: 'sending', part }))
    if (!result.ok) return setState({ kind: 'refused', why: wordsOf(result.failure) })
    setState({ kind: 'done', report: result.value })
    if (result.value.imported > 0) startOver()
  }
  const sending = state.kind === 'sending'
  const sent = sending && state.part >= 1
  return (
    <SettingSection title={t('import.title')} lead={t('import.lead')}>
      <input
        ref={inputRef}
        type="file"
        accept=".json,application/json,.zip"
        aria-label={t('import.choose')}
        onChange={(event) => void take(event)}
        tabIndex={-1}
        className="sr-only"
      />
      <Button look="quiet" aria-disabled={sending} onClick={() => sending || inputRef.current?.click()}>
        {t('import.choose')}
      </Button>
      {sending && (
        <div className="mt-3 max-w-sm">
          <label htmlFor={id} className="mb-1 block text-sm">
            {sent ? t('import.reading') : t('import.sending', { part: state.part })}
          </label>
          {/* Without a value it shows that something goes on, not how far it is. */}
          <progress id={id} {...(sent ? {} : { value: state.part })} className="w-full accent-accent" />
        </div>
      )}
      {state.kind === 'refused' && (
        <div className="mt-3">
          <Notice message={state.why} />
        </div>
      )}
      {state.kind === 'done' && <ImportSummary report={state.report} />}
    </SettingSection>
  )
}
