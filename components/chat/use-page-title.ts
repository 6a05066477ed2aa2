'use client'

import { useEffect } from 'react'
import { useTranslations } from 'use-intl'

/** The conversation's title as the page's, as far as it is known; also given back for the page's heading. */
export function usePageTitle(known: string | null): string {
  const t = useTranslations('chat')
  const title = known || t('newChat')
  useEffect(() => {
    document.title = `${title} · Goldfish`
  }, [title])
  return title
}
