'use client'

import { useTranslations } from 'use-intl'
import { MarkdownLink } from '@/components/markdown/markdown-link'
import { safeHref } from '@/components/markdown/safe-href'

type MarkdownImageProps = {
  href: string
  alt: string
  /** Whether the image is inside a link already. */
  inLink: boolean
}

/**
 * Renders an image as a link that shows its address. Loading it would reveal to another server who reads the chat,
 * so only a click may open it.
 */
export function MarkdownImage({ href, alt, inLink }: MarkdownImageProps) {
  const t = useTranslations('markdown')
  const label = alt.trim() === '' ? t('imageAlone') : t('image', { description: alt })
  if (inLink) return label
  const target = safeHref(href)
  return (
    <>
      <MarkdownLink href={href} label={label}>
        {label}
      </MarkdownLink>
      {target !== null && <span className="text-sm break-all text-soft"> ({shortened(target)})</span>}
    </>
  )
}

const shortened = (address: string) => (address.length > 80 ? `${address.slice(0, 79)}…` : address)
