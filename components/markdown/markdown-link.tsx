import type { ReactNode } from 'react'
import { safeHref } from '@/components/markdown/safe-href'

type MarkdownLinkProps = {
  href: string
  /** The words of the link as plain text. */
  words: string
  children: ReactNode
}

/** A link that shows where it leads; one that may not be followed is only its words. */
export function MarkdownLink({ href, words, children }: MarkdownLinkProps) {
  const target = safeHref(href)
  if (target === null) return <span title={href}>{children}</span>
  const host = otherHost(target, words)
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

/** The host of a link whose words name another one: those who only read the words would go elsewhere than they think. */
function otherHost(target: string, words: string): string | null {
  const named = /(?:^|[\s/@(])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?=$|[\s/:?#),])/iu.exec(words)?.[1]?.toLowerCase()
  const { host, protocol } = new URL(target)
  if (named === undefined || protocol === 'mailto:') return null
  const bare = (name: string) => name.replace(/^www\./, '')
  return bare(host) === bare(named) || host.endsWith(`.${bare(named)}`) ? null : host
}
