'use client'

import { useTranslations } from 'use-intl'
import { CopyField } from '@/components/ui/copy-field'

type ShareLinkFieldProps = {
  path: string
  /** It was made just now, by somebody who is about to send it. */
  copyAtOnce: boolean
}

/** The link itself, with the address that it has outside. */
export function ShareLinkField({ path, copyAtOnce }: ShareLinkFieldProps) {
  const t = useTranslations('share')
  const words = { label: t('link'), copy: t('copy'), copied: t('copied'), notCopied: t('notCopied') }
  const value = `${window.location.origin}${path}`
  return <CopyField value={value} words={words} atOnce={copyAtOnce ? 'copy' : undefined} />
}
