'use client'

import { type RefObject, startTransition, useEffect, useState } from 'react'
import { findCodeLanguage } from '@/components/markdown/code-languages'
import type { CodeRun } from '@/components/markdown/highlight-code'

type Highlighted = { code: string; runs: readonly CodeRun[] }

/** Longer code and code with longer lines stay plain. Some patterns of highlight.js are quadratic within a line. */
const maxCharacters = 20_000
const maxLineCharacters = 1000
/** Streaming code is highlighted when it pauses for this long. */
const pauseMs = 150
/** Blocks are highlighted shortly before they come into view, so a long chat is never highlighted as a whole. */
const rootMargin = '800px 0px'

/**
 * Returns the highlighted runs of a block once it is near the viewport and has not changed for a while. Code that was added
 * since is not included. Rendering does not wait for the result, and the plain code is always shown.
 */
export function useHighlighted(ref: RefObject<HTMLElement | null>, code: string, name: string): Highlighted | null {
  const language = findCodeLanguage(name)
  const [near, setNear] = useState(false)
  const [highlighted, setHighlighted] = useState<Highlighted | null>(null)

  useEffect(() => {
    const element = ref.current
    if (element === null || language === null || near) return
    const root = element.closest('[role=log]')
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), { root, rootMargin })
    seen.observe(element)
    return () => seen.disconnect()
  }, [ref, language, near])

  useEffect(() => {
    if (language === null || !near || isLong(code)) return
    let left = false
    const highlight = async () => {
      const { highlightInWorker } = await import('@/components/markdown/highlight-in-worker')
      const runs = await highlightInWorker({ code, language }, () => !left)
      if (!left && runs !== null) startTransition(() => setHighlighted({ code, runs }))
    }
    // Not to be had now (a new version was deployed, the network is gone): the code stays plain.
    const timer = setTimeout(() => void highlight().catch(() => undefined), pauseMs)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [code, language, near])

  return highlighted !== null && code.startsWith(highlighted.code) ? highlighted : null
}

function isLong(code: string): boolean {
  return code.length > maxCharacters || code.split('\n').some((line) => line.length > maxLineCharacters)
}
