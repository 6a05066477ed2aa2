'use client'

import { WrapText } from 'lucide-react'
import { memo, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { CodeRun } from '@/components/markdown/highlight-code'
import { useHighlighted } from '@/components/markdown/use-highlighted'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { ScrollArea } from '@/components/ui/scroll-area'

/** Code as it is written, with its language, copy and wrap; colours come when they are there. */
export function CodeBlock({ code, language }: { code: string; language: string }) {
  const t = useTranslations('markdown')
  const ref = useRef<HTMLDivElement>(null)
  const [wrapped, setWrapped] = useState(false)
  const highlighted = useHighlighted(ref, code, language)
  const pieces = useMemo(() => piecesOf(highlighted?.runs ?? []), [highlighted?.runs])
  const name = language === '' ? t('plainText') : language
  return (
    // Code reads from left to right in every language.
    <div ref={ref} dir="ltr" className="overflow-hidden rounded-xl border border-line bg-rail">
      <div className="flex items-center gap-0.5 border-b border-line py-0.5 ps-3.5 pe-1 text-sm text-soft">
        <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
        <IconButton
          label={t('wrap')}
          aria-pressed={wrapped}
          onClick={() => setWrapped(!wrapped)}
          className="aria-pressed:text-accent"
        >
          <WrapText aria-hidden="true" className="size-4" />
        </IconButton>
        <CopyButton label={t('copyCode')} text={() => code} />
      </div>
      <ScrollArea label={t('codeLabel', { language: name })}>
        <pre
          className={`min-w-full px-3.5 py-3 font-mono text-sm leading-relaxed ${wrapped ? 'w-full break-words whitespace-pre-wrap' : 'w-max'}`}
        >
          <code>
            {pieces.map(({ key, runs }) => (
              <CodePiece key={key} runs={runs} />
            ))}
            {highlighted === null ? code : code.slice(highlighted.code.length)}
          </code>
        </pre>
      </ScrollArea>
    </div>
  )
}

/** Small enough that React can let the page breathe between two of them. */
const runsPerPiece = 400

const piecesOf = (runs: readonly CodeRun[]) =>
  Array.from({ length: Math.ceil(runs.length / runsPerPiece) }, (_, at) => ({
    key: String(at),
    runs: runs.slice(at * runsPerPiece, (at + 1) * runsPerPiece),
  }))

const CodePiece = memo(function CodePiece({ runs }: { runs: readonly CodeRun[] }) {
  const keyed = runs.map((run, index) => ({ key: String(index), ...run }))
  return keyed.map(({ key, text, kind }) =>
    kind === null ? (
      text
    ) : (
      <span key={key} className={`code-${kind}`}>
        {text}
      </span>
    ),
  )
})
