import { useTranslations } from 'use-intl'

/** Said where the server has no mail: the person can still be helped, by whoever runs it. */
export function OperatorReset() {
  const t = useTranslations('auth')
  return (
    <div role="alert" className="rounded-xl bg-card px-4 py-3">
      <p>{t('forgotten.noMail')}</p>
      <p dir="ltr" className="mt-2 overflow-x-auto rounded-lg border border-line bg-page px-3 py-2 font-mono text-sm">
        npm run user:reset -- EMAIL
      </p>
    </div>
  )
}
