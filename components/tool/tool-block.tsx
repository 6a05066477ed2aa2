'use client'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { isAsking, maxShown } from '@/components/tool/tool-part'
import type { ToolSteps, ToolStepsProps } from '@/components/tool/tool-steps'

/** The loaded component. Later blocks render it immediately, without a placeholder, so that nothing moves. */
let cards: typeof ToolSteps | null = null

/**
 * Shows tool calls. The code is loaded with the first call. Until then, a placeholder reserves the height of the
 * cards.
 */
export function ToolBlock(props: ToolStepsProps) {
  const t = useTranslations('tool')
  const [Cards, setCards] = useState(() => cards)
  useEffect(() => {
    if (Cards !== null) return
    let isUnmounted = false
    import('@/components/tool/tool-steps').then(
      (loaded) => {
        cards = loaded.ToolSteps
        if (!isUnmounted) setCards(() => loaded.ToolSteps)
      },
      // If loading fails, the number of calls and the answer around them stay readable.
      () => undefined,
    )
    return () => {
      isUnmounted = true
    }
  }, [Cards])
  if (Cards !== null) return <Cards {...props} />
  const approvals = props.parts.filter(isAsking).length
  const done = props.parts.length - approvals
  const rows = done > maxShown ? 1 : done
  return (
    <p
      style={{ height: `${rows * 2.5 + approvals * 7}rem` }}
      className="rounded-2xl border border-line px-3.5 text-sm leading-10 text-soft"
    >
      {t('steps', { count: props.parts.length })}
    </p>
  )
}
