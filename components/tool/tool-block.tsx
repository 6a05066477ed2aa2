'use client'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { isAsking, maxShown } from '@/components/tool/tool-part'
import type { ToolSteps, ToolStepsProps } from '@/components/tool/tool-steps'

/** Set once the cards are there: from then on they are drawn with the text around them, and nothing moves. */
let cards: typeof ToolSteps | null = null

/** What the model did with its tools. The cards are loaded with the first call; until then there is room for them. */
export function ToolBlock(props: ToolStepsProps) {
  const t = useTranslations('tool')
  const [Cards, setCards] = useState(() => cards)
  useEffect(() => {
    if (Cards !== null) return
    let left = false
    import('@/components/tool/tool-steps').then(
      (loaded) => {
        cards = loaded.ToolSteps
        if (!left) setCards(() => loaded.ToolSteps)
      },
      // Not to be had now: how many there are can be read, and the answer around them.
      () => undefined,
    )
    return () => {
      left = true
    }
  }, [Cards])
  if (Cards !== null) return <Cards {...props} />
  const asking = props.parts.filter(isAsking).length
  const done = props.parts.length - asking
  const rows = done > maxShown ? 1 : done
  return (
    <p
      style={{ height: `${rows * 2.5 + asking * 7}rem` }}
      className="rounded-2xl border border-line px-3.5 text-sm leading-10 text-soft"
    >
      {t('steps', { count: props.parts.length })}
    </p>
  )
}
