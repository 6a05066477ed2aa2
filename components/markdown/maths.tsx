'use client'

import { type ReactNode, startTransition, useEffect, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ScrollArea } from '@/components/ui/scroll-area'

type RenderMaths = (tex: string, display: boolean) => ReactNode

/**
 * Set once the renderer is loaded. Formulas that mount later render in the same pass as their text, without a layout
 * shift.
 */
let renderer: RenderMaths | null = null

/**
 * Renders a formula as MathML. KaTeX is loaded with the first formula. Until then, and if KaTeX rejects the formula,
 * the TeX source is shown.
 */
export function Maths({ tex, display }: { tex: string; display: boolean }) {
  const t = useTranslations('markdown')
  const [render, setRender] = useState(() => renderer)
  useEffect(() => {
    if (render !== null) return
    let isDisposed = false
    import('@/components/markdown/render-maths').then(
      (loaded) => {
        renderer = loaded.renderMaths
        // Hundreds of formulas may be waiting, and rendering them must not block the page.
        if (!isDisposed) startTransition(() => setRender(() => loaded.renderMaths))
      },
      // If KaTeX cannot be loaded, the source stays visible.
      () => undefined,
    )
    return () => {
      isDisposed = true
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
