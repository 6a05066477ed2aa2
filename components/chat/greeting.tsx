import { useTranslations } from 'use-intl'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

export function Greeting({ name }: { name: string }) {
  const t = useTranslations('chat')
  const first = name.trim().split(/\s+/)[0] ?? ''
  return (
    <div className="reading-width mb-8 text-center">
      <GoldfishMark className="mx-auto mb-3 size-14" />
      <h1 className="text-3xl font-semibold tracking-tight text-balance">
        {first === '' ? t('greeting') : t('greetingName', { name: first })}
      </h1>
    </div>
  )
}
