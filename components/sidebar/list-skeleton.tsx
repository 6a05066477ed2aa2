import { useTranslations } from 'use-intl'

const widths = ['w-4/5', 'w-3/5', 'w-11/12', 'w-2/3', 'w-3/4']

export function ListSkeleton() {
  const t = useTranslations('sidebar')
  return (
    <div role="status" className="animate-pulse space-y-4 px-3 pt-2">
      <span className="sr-only">{t('list.loading')}</span>
      {widths.map((width) => (
        <div key={width} className={`h-4 rounded bg-hover ${width}`} />
      ))}
    </div>
  )
}
