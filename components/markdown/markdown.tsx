'use client'

import { memo, useState } from 'react'
import { createBlockLexer } from '@/components/markdown/lex-blocks'
import { MarkdownBlock } from '@/components/markdown/markdown-block'

/** A model's Markdown as React elements. Nothing of it is ever handed to the browser as HTML. */
export const Markdown = memo(function Markdown({ text, complete }: { text: string; complete: boolean }) {
  const [lex] = useState(createBlockLexer)
  return (
    <div className="space-y-4 [&>:first-child]:mt-0">
      {lex(text, complete).map(({ key, token }) => (
        <MarkdownBlock key={key} token={token} />
      ))}
    </div>
  )
})
