'use client'

import { useTranslations } from 'use-intl'
import { MarkdownLink } from '@/components/markdown/markdown-link'
import { safeHref } from '@/components/markdown/safe-href'

type MarkdownImageProps = {
  href: string
  alt: string
  /** It stands inside of a link already. */
  inLink: boolean
}

/** A picture from elsewhere tells that place who reads what; so it is a link with its address, and only a click goes there. */
export function MarkdownImage({ href, alt, inLink }: MarkdownImageProps) {
  const t = useTranslations('markdown')
  const words = alt.trim() === '' ? t('imageAlone') : t('image', { description: alt })
  if (inLink) return words
  const target = safeHref(href)
  return (
    <>
      <MarkdownLink href={href} words={words}>
        {words}
      </MarkdownLink>
      {target !== null && <span className="text-sm break-all text-soft"> ({shortened(target)})</span>}
    </>
  )
}

const shortened = (address: string) => (address.length > 80 ? `${address.slice(0, 79)}…` : address)
