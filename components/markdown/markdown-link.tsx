import type { ReactNode } from 'react'
import { safeHref } from '@/components/markdown/safe-href'

type MarkdownLinkProps = {
  href: string
  /** The text of the link, without formatting. */
  label: string
  children: ReactNode
}

/** Renders a link with its target as the title. If the address is not safe, only the text of the link is rendered. */
export function MarkdownLink({ href, label, children }: MarkdownLinkProps) {
  const target = safeHref(href)
  if (target === null) return <span title={href}>{children}</span>
  const host = deviatingHost(target, label)
  return (
    <>
      <a
        href={target}
        title={target}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="rounded-sm text-accent underline decoration-1 underline-offset-3 hover:decoration-2"
      >
        {children}
      </a>
      {host !== null && <span className="text-sm text-soft"> ({host})</span>}
    </>
  )
}

/**
 * Returns the host of a link whose text names a different host, so that it can be shown. Otherwise a reader would be
 * misled.
 */
function deviatingHost(target: string, label: string): string | null {
  const named = /(?:^|[\s/@(])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?=$|[\s/:?#),])/iu.exec(label)?.[1]?.toLowerCase()
  const { host, protocol } = new URL(target)
  if (named === undefined || protocol === 'mailto:') return null
  const bare = (name: string) => name.replace(/^www\./, '')
  return bare(host) === bare(named) || host.endsWith(`.${bare(named)}`) ? null : host
}
