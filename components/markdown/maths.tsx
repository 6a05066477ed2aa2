'use client'

import { type ReactNode, startTransition, useEffect, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ScrollArea } from '@/components/ui/scroll-area'

type RenderMaths = (tex: string, display: boolean) => ReactNode

/** Set once the renderer is there: from then on formulas are drawn with the text around them, and nothing moves. */
let renderer: RenderMaths | null = null

/** A formula as MathML. KaTeX is loaded with the first one; until then, and where it cannot read it, its source stands there. */
export function Maths({ tex, display }: { tex: string; display: boolean }) {
  const t = useTranslations('markdown')
  const [render, setRender] = useState(() => renderer)
  useEffect(() => {
    if (render !== null) return
    let left = false
    import('@/components/markdown/render-maths').then(
      (loaded) => {
        renderer = loaded.renderMaths
        // Hundreds of formulas may be waiting, and rendering them must not block the page.
        if (!left) startTransition(() => setRender(() => loaded.renderMaths))
      },
      // Not to be had now: the source can be read.
      () => undefined,
    )
    return () => {
      left = true
    }
  }, [render])
  const drawn = useMemo(() => render?.(tex, display) ?? null, [render, tex, display])
  const formula = drawn ?? <code className="font-mono text-[0.875em]">{tex}</code>
  if (!display) return formula
  return (
    <ScrollArea label={t('maths')} className="block py-1 text-center">
      {formula}
    </ScrollArea>
  )
}
