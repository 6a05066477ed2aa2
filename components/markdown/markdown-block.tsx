import { memo } from 'react'
import { CodeBlock } from '@/components/markdown/code-block'
import { MarkdownInline } from '@/components/markdown/markdown-inline'
import { MarkdownList } from '@/components/markdown/markdown-list'
import { MarkdownTable } from '@/components/markdown/markdown-table'
import { Maths } from '@/components/markdown/maths'
import type { BlockToken } from '@/lib/contract/markdown-token'

/** The heading of each chat message is an `h2`, so the headings of an answer begin below it. */
const headings = ['h3', 'h3', 'h4', 'h5', 'h6', 'h6'] as const
const headingLooks = ['text-xl', 'text-lg', 'text-base', 'text-base', 'text-sm', 'text-sm'] as const

/**
 * Renders one block. While an answer streams, only the last block gets a new token, so only that block renders
 * again. Each block detects its own text direction, because paragraphs in Arabic and English may alternate.
 */
export const MarkdownBlock = memo(function MarkdownBlock({ token }: { token: BlockToken }) {
  switch (token.type) {
    case 'heading': {
      const Heading = headings[token.depth - 1] ?? 'h6'
      return (
        <Heading dir="auto" className={`mt-6 font-semibold ${headingLooks[token.depth - 1] ?? 'text-sm'}`}>
          <MarkdownInline tokens={token.tokens} />
        </Heading>
      )
    }
    case 'paragraph':
      return (
        <p dir="auto">
          <MarkdownInline tokens={token.tokens} />
        </p>
      )
    case 'code':
      return <CodeBlock code={token.text} language={token.lang.split(/\s/)[0] ?? ''} />
    case 'maths':
      return <Maths tex={token.tex} display={token.display} />
    case 'list':
      return <MarkdownList list={token} renderBlocks={renderBlocks} />
    case 'table':
      return <MarkdownTable table={token} />
    case 'blockquote':
      return (
        <blockquote dir="auto" className="space-y-3 border-s-3 border-line ps-4 text-soft">
          {renderBlocks(token.tokens)}
        </blockquote>
      )
    case 'hr':
      return <hr className="border-line" />
    case 'plain':
      return (
        <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
          {token.text.trim()}
        </p>
      )
    case 'html':
      return (
        <p dir="auto" className="whitespace-pre-wrap">
          {token.text.trimEnd()}
        </p>
      )
    case 'space':
    case 'def':
      return null
    case 'text':
      return <MarkdownInline tokens={token.tokens} />
  }
})

/** Renders the blocks inside a block. The index identifies a block, because text is only appended. */
function renderBlocks(tokens: readonly BlockToken[]) {
  const keyed = tokens.map((token, index) => ({ key: String(index), token }))
  return keyed.map(({ key, token }) => <MarkdownBlock key={key} token={token} />)
}
