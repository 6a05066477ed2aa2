import type { Token } from 'marked'
import { Fragment, type ReactNode } from 'react'
import { decodeEntities } from '@/components/markdown/decode-entities'
import { asMarkdown } from '@/components/markdown/lex-markdown'
import { MarkdownImage } from '@/components/markdown/markdown-image'
import { MarkdownLink } from '@/components/markdown/markdown-link'
import { Maths } from '@/components/markdown/maths'

function inlineElement(anyToken: Token, inLink: boolean): ReactNode {
  const token = asMarkdown(anyToken)
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
      return (
        <MarkdownLink href={token.href} words={token.text}>
          <MarkdownInline tokens={token.tokens} inLink />
        </MarkdownLink>
      )
    case 'image':
      return <MarkdownImage href={token.href} alt={decodeEntities(token.text)} inLink={inLink} />
    case 'maths':
      return <Maths tex={token.tex} display={token.display} />
    case 'text':
      return token.tokens === undefined ? (
        decodeEntities(token.text)
      ) : (
        <MarkdownInline tokens={token.tokens} inLink={inLink} />
      )
    case 'checkbox':
      return null
    default:
      // Raw HTML and anything unforeseen: shown as the text it is.
      return 'text' in token ? token.text : token.raw
  }
}

/** `inLink`: no link may stand in another, so a picture in one is only its words. */
export function MarkdownInline({ tokens, inLink = false }: { tokens: readonly Token[]; inLink?: boolean }) {
  const keyed = tokens.map((token, index) => ({ key: String(index), token }))
  return keyed.map(({ key, token }) => <Fragment key={key}>{inlineElement(token, inLink)}</Fragment>)
}
