import { useTranslations } from 'use-intl'

const widths = ['w-2/5', 'w-3/5', 'w-1/3', 'w-1/2']

export function TodoSkeleton() {
  const t = useTranslations('todo')
  return (
    <div role="status" className="animate-pulse space-y-5 pt-2">
      <span className="sr-only">{t('loading')}</span>
      {widths.map((width) => (
        <div key={width} className="flex items-center gap-3">
          <div className="size-6 rounded-full bg-hover" />
          <div className={`h-4 rounded bg-hover ${width}`} />
        </div>
      ))}
    </div>
  )
}
