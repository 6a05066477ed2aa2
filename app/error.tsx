'use client'

import { useTranslations } from 'use-intl'
import { DeadEnd } from '@/components/shell/dead-end'
import { Button } from '@/components/ui/button'

export default function PageError({ retry }: { error: unknown; retry: () => void }) {
  const t = useTranslations('common')
  return (
    <DeadEnd title={t('deadEnd.pageTitle')} message={t('deadEnd.words')}>
      <Button onClick={retry}>{t('retry')}</Button>
    </DeadEnd>
  )
}
