'use client'
import { type ChangeEvent, useId, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { ApiResult } from '@/components/api/call-api'
import { networkFailure, readFailure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { SettingSection } from '@/components/preference/setting-section'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ImportFailure, ImportReport, ImportReport as Report } from '@/lib/contract/api'

/** The server's limit for an import. */
const maxBytes = 50 * 1024 * 1024

type ImportState =
  | { kind: 'idle' }
  | { kind: 'sending'; part: number }
  | { kind: 'refused'; message: string }
  | { kind: 'done'; report: Report }

/** Imports our own export format or the `conversations.json` of ChatGPT. */
export function DataImport() {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const id = useId()
  const { startOver } = useConversations()
  const inputRef = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<ImportState>({ kind: 'idle' })

  const onChoose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    // Without this reset, choosing the same file again would not fire a change event.
    event.target.value = ''
    if (file === undefined) return
    if (/\.zip$/i.test(file.name)) return setState({ kind: 'refused', message: t('import.isZip') })
    if (file.size > maxBytes) return setState({ kind: 'refused', message: t('import.tooLarge') })
    setState({ kind: 'sending', part: 0 })
    const result = await uploadImport(file, (part) => setState({ kind: 'sending', part }))
    if (!result.ok) return setState({ kind: 'refused', message: errorMessage(result.failure) })
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
        onChange={(event) => void onChoose(event)}
        tabIndex={-1}
        className="sr-only"
      />
      <Button variant="quiet" aria-disabled={sending} onClick={() => sending || inputRef.current?.click()}>
        {t('import.choose')}
      </Button>
      {sending && (
        <div className="mt-3 max-w-sm">
          <label htmlFor={id} className="mb-1 block text-sm">
            {sent ? t('import.reading') : t('import.sending', { part: state.part })}
          </label>
          {/* Without a value the progress bar is indeterminate, because the server does not report its progress. */}
          <progress id={id} {...(sent ? {} : { value: state.part })} className="w-full accent-accent" />
        </div>
      )}
      {state.kind === 'refused' && (
        <div className="mt-3">
          <Notice message={state.message} />
        </div>
      )}
      {state.kind === 'done' && <ImportSummary report={state.report} />}
    </SettingSection>
  )
}

/** Reports the result of an import and lists the conversations that failed or were shortened. */
function ImportSummary({ report }: { report: Report }) {
  const t = useTranslations('preference')
  const { shortened = [], shortenedCount = 0 } = report
  return (
    <div className="mt-3 rounded-xl border border-line px-4 py-3 text-sm">
      <div role="status">
        <p className="font-medium">{t('import.imported', { count: report.imported })}</p>
        {report.skipped > 0 && <p>{t('import.skipped', { count: report.skipped })}</p>}
        {report.failedCount > 0 && <p className="text-danger">{t('import.failed', { count: report.failedCount })}</p>}
      </div>
      <Conversations listed={report.failed} count={report.failedCount} />
      {shortenedCount > 0 && <p className="mt-2">{t('import.shortened', { count: shortenedCount })}</p>}
      <Conversations listed={shortened} count={shortenedCount} />
    </div>
  )
}

/** Lists conversations of the file, each with a sentence about it, and the number of further ones. */
function Conversations({ listed, count }: { listed: readonly ImportFailure[]; count: number }) {
  const t = useTranslations('preference')
  if (listed.length === 0) return null
  return (
    <>
      <ul className="mt-2 max-h-60 list-disc space-y-1 overflow-y-auto ps-5 text-soft">
        {listed.map(({ index, title, reason }) => (
          <li key={index}>
            <span dir="auto" className="text-ink">
              {title || t('import.number', { number: String(index + 1) })}
            </span>
            {/* The server always sends the reason in English. */}
            <span dir="auto" lang="en">{`: ${reason}`}</span>
          </li>
        ))}
      </ul>
      {count > listed.length && (
        <p className="mt-1 text-soft">{t('import.untold', { count: count - listed.length })}</p>
      )}
    </>
  )
}

/**
 * Uploads a file to be imported. `onProgress` receives the fraction that has been sent, 0 to 1. It uses
 * XMLHttpRequest, because `fetch` does not report upload progress.
 */
function uploadImport(file: Blob, onProgress: (part: number) => void): Promise<ApiResult<ImportReport>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/conversations/import')
    request.setRequestHeader('content-type', 'application/json')
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total)
    request.onerror = () => resolve({ ok: false, failure: networkFailure })
    request.onload = async () => {
      const answer = new Response(request.responseText, { status: request.status })
      if (!answer.ok) return resolve({ ok: false, failure: await readFailure(answer) })
      const report: ImportReport | null = await answer.json().catch(() => null)
      resolve(
        report === null
          ? { ok: false, failure: { code: 'unreadable', message: 'Unexpected response from the server.' } }
          : { ok: true, value: report },
      )
    }
    request.send(file)
  })
}
