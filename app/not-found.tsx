import type { Metadata } from 'next'
import { DeadEnd } from '@/components/shell/dead-end'
import { requestTranslator } from '@/lib/i18n/request-language'

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('common')
  return { title: t('deadEnd.notFoundName') }
}

export default async function NotFound() {
  const t = await requestTranslator('common')
  return (
    <DeadEnd title={t('deadEnd.notFoundTitle')} message={t('deadEnd.notFoundWords')}>
      <a href="/" className="rounded font-medium text-accent underline underline-offset-4">
        {t('deadEnd.toChats')}
      </a>
    </DeadEnd>
  )
}
