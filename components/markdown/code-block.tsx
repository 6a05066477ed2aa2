'use client'

import { WrapText } from 'lucide-react'
import { useState } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { ScrollArea } from '@/components/ui/scroll-area'

/** Code as it is written, with its language, copy and wrap. No highlighter: it would weigh more than the whole page. */
export function CodeBlock({ code, language }: { code: string; language: string }) {
  const [wrapped, setWrapped] = useState(false)
  const name = language === '' ? 'text' : language
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-rail">
      <div className="flex items-center gap-0.5 border-b border-line py-0.5 pr-1 pl-3.5 text-sm text-soft">
        <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
        <IconButton
          label={wrapped ? 'Do not wrap lines' : 'Wrap lines'}
          aria-pressed={wrapped}
          onClick={() => setWrapped(!wrapped)}
          className="aria-pressed:text-accent"
        >
          <WrapText aria-hidden="true" className="size-4" />
        </IconButton>
        <CopyButton label="Copy code" text={() => code} />
      </div>
      <ScrollArea label={`Code, ${name}`}>
        <pre
          className={`w-max min-w-full px-3.5 py-3 font-mono text-sm leading-relaxed ${wrapped ? 'max-w-full whitespace-pre-wrap' : ''}`}
        >
          <code>{code}</code>
        </pre>
      </ScrollArea>
    </div>
  )
}
