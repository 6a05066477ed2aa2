import { Fragment, type ReactNode } from 'react'
import { MarkdownImage } from '@/components/markdown/markdown-image'
import { MarkdownLink } from '@/components/markdown/markdown-link'
import { Maths } from '@/components/markdown/maths'
import { textOf } from '@/components/markdown/parse-inlines'
import type { InlineToken } from '@/lib/contract/markdown-token'

function inlineElement(token: InlineToken, inLink: boolean): ReactNode {
  switch (token.type) {
    case 'strong':
      return (
        <strong className="font-semibold">
          <MarkdownInline tokens={token.tokens} inLink={inLink} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <MarkdownInline tokens={token.tokens} inLink={inLink} />
        </em>
      )
    case 'del':
      return (
        <del>
          <MarkdownInline tokens={token.tokens} inLink={inLink} />
        </del>
      )
    case 'codespan':
      return <code className="rounded-md bg-card px-1.5 py-0.5 font-mono text-[0.875em]">{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      // The text of a link may itself look like an address.
      if (inLink) return <MarkdownInline tokens={token.tokens} inLink />
      return (
        <MarkdownLink href={token.href} label={textOf(token.tokens)}>
          <MarkdownInline tokens={token.tokens} inLink />
        </MarkdownLink>
      )
    case 'image':
      return <MarkdownImage href={token.href} alt={token.text} inLink={inLink} />
    case 'maths':
      return <Maths tex={token.tex} display={token.display} />
    case 'text':
      return token.text
  }
}

/**
 * `inLink` must be set inside a link: links cannot be nested, so addresses and images are then rendered as plain
 * text.
 */
export function MarkdownInline({ tokens, inLink = false }: { tokens: readonly InlineToken[]; inLink?: boolean }) {
  const keyed = tokens.map((token, index) => ({ key: String(index), token }))
  return keyed.map(({ key, token }) => <Fragment key={key}>{inlineElement(token, inLink)}</Fragment>)
}
