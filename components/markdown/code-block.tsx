'use client'
import { WrapText } from 'lucide-react'
import { memo, type RefObject, startTransition, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { findCodeLanguage } from '@/components/markdown/code-languages'
import type { CodeRun } from '@/components/markdown/highlight-code'
import { IconButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { ScrollArea } from '@/components/ui/scroll-area'

/** A code block with its language and buttons to copy and wrap it. The highlighting appears once it is ready. */
export function CodeBlock({ code, language }: { code: string; language: string }) {
  const t = useTranslations('markdown')
  const ref = useRef<HTMLDivElement>(null)
  const [wrapped, setWrapped] = useState(false)
  const highlighted = useHighlighted(ref, code, language)
  const pieces = useMemo(() => piecesOf(highlighted?.runs ?? []), [highlighted?.runs])
  const name = language === '' ? t('plainText') : language
  return (
    // Code is written from left to right in every language.
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

/** React can pause between two pieces of this size, so a long block does not block the page. */
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

type Highlighted = { code: string; runs: readonly CodeRun[] }

/**
 * Longer code and code with longer lines are not highlighted, because some patterns of highlight.js take quadratic
 * time within a line.
 */
const maxCharacters = 20_000
const maxLineCharacters = 1000
/** Streaming code is highlighted when it pauses for this long. */
const pauseMs = 150
/**
 * Blocks are highlighted shortly before they scroll into view, so that a long chat is never highlighted as a whole.
 */
const rootMargin = '800px 0px'

/**
 * Returns the highlighted runs of a block once it is near the viewport and has not changed for a while. Code that
 * was appended since then is not included. Rendering does not wait for the result, and the plain code is always
 * shown.
 */
function useHighlighted(ref: RefObject<HTMLElement | null>, code: string, name: string): Highlighted | null {
  const language = findCodeLanguage(name)
  const [isNear, setIsNear] = useState(false)
  const [highlighted, setHighlighted] = useState<Highlighted | null>(null)

  useEffect(() => {
    const element = ref.current
    if (element === null || language === null || isNear) return
    const root = element.closest('[role=log]')
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setIsNear(true), {
      root,
      rootMargin,
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref, language, isNear])

  useEffect(() => {
    if (language === null || !isNear || isLong(code)) return
    let isDisposed = false
    const highlight = async () => {
      const { highlightInWorker } = await import('@/components/markdown/highlight-in-worker')
      const runs = await highlightInWorker({ code, language }, () => !isDisposed)
      if (!isDisposed && runs !== null) startTransition(() => setHighlighted({ code, runs }))
    }
    // If the highlighter cannot be loaded (offline, or removed by a new deployment), the code stays plain.
    const timer = setTimeout(() => void highlight().catch(() => undefined), pauseMs)
    return () => {
      isDisposed = true
      clearTimeout(timer)
    }
  }, [code, language, isNear])

  return highlighted !== null && code.startsWith(highlighted.code) ? highlighted : null
}

function isLong(code: string): boolean {
  return code.length > maxCharacters || code.split('\n').some((line) => line.length > maxLineCharacters)
}
