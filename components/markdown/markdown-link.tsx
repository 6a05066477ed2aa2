import type { ReactNode } from 'react'
import { safeHref } from '@/components/markdown/safe-href'

/** A link that shows where it leads; one that may not be followed is only its words. */
export function MarkdownLink({ href, children }: { href: string; children: ReactNode }) {
  const target = safeHref(href)
  if (target === null) return <span title={href}>{children}</span>
  return (
    <a
      href={target}
      title={target}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="rounded-sm text-accent underline decoration-1 underline-offset-3 hover:decoration-2"
    >
      {children}
    </a>
  )
}
