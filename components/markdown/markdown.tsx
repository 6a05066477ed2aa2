'use client'

import { memo, type ReactNode, useState } from 'react'
import { createBlockLexer } from '@/components/markdown/lex-blocks'
import { MarkdownBlock } from '@/components/markdown/markdown-block'
import type { BlockToken } from '@/lib/contract/markdown-token'

/** Renders a model's Markdown as React elements. The text never reaches the browser as HTML. */
export const Markdown = memo(function Markdown({ text, complete }: { text: string; complete: boolean }) {
  const [lex] = useState(createBlockLexer)
  const blocks = lex(text, complete)
  const groups = Array.from({ length: Math.ceil(blocks.length / blocksPerGroup) }, (_, at) =>
    blocks.slice(at * blocksPerGroup, (at + 1) * blocksPerGroup).map(({ token }) => token),
  )
  return (
    <MarkdownFrame>
      {groups.map((tokens, at) => (
        // Text only grows at the end, so the index of a group identifies it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <MarkdownBlocks key={at} tokens={tokens} />
      ))}
    </MarkdownFrame>
  )
})

/**
 * Memoized groups of this size let React skip unchanged blocks, so that a chunk of a long answer does not visit
 * every block.
 */
const blocksPerGroup = 64

/** The spacing around and between the blocks of a text. */
export function MarkdownFrame({ children }: { children: ReactNode }) {
  return <div className="space-y-4 [&>:first-child]:mt-0">{children}</div>
}

/** Renders blocks that were parsed before. */
export const MarkdownBlocks = memo(
  function MarkdownBlocks({ tokens }: { tokens: readonly BlockToken[] }) {
    // biome-ignore lint/suspicious/noArrayIndexKey: a block is identified by its index
    return tokens.map((token, at) => <MarkdownBlock key={at} token={token} />)
  },
  (before, now) =>
    before.tokens.length === now.tokens.length && before.tokens.every((token, at) => token === now.tokens[at]),
)
