import { useTranslations } from 'use-intl'
import type { ImportFailure, ImportReport as Report } from '@/lib/contract/api'

/** Reports the result of an import and lists the conversations that failed or were shortened. */
export function ImportSummary({ report }: { report: Report }) {
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
            {/* The reason is the server's English. */}
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
