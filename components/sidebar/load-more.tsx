'use client'

import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'

/** Loads the next page shortly before it is scrolled to. A new one (`key`) per page: it is asked again while in view. */
export function LoadMore({ onLoad }: { onLoad: () => void }) {
  const t = useTranslations('sidebar')
  const ref = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const root = element.closest('nav, [data-scrolls]')
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoad(), {
      root,
      rootMargin: '300px 0px',
    })
    near.observe(element)
    return () => near.disconnect()
  }, [onLoad])
  return (
    <p ref={ref} role="status" className="px-3 text-sm text-soft">
      {t('list.more')}
    </p>
  )
}
