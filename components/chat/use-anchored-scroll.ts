'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

type AnchoredScroll = {
  boxRef: RefObject<HTMLElement | null>
  contentRef: RefObject<HTMLElement | null>
  /** Stands right behind the newest text. */
  endRef: RefObject<HTMLElement | null>
  /** The turn that `endRef` stands in: with it the element changes. */
  lastKey: string | null
  /** The turn to hold at the top of the view. */
  anchorKey: string | null
}

/** Room above an anchored turn; equals `pt-6` of the thread. */
const roomAbovePx = 24

/** What people scroll with; `pointerdown` is the scroll bar. */
const handEvents = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

/**
 * A turn just sent goes to the top of the view once, and then nothing scrolls by itself: the answer grows below, into
 * room that its section reserves. Only who asks for the newest (or scrolls down to it) is taken along with it, until the
 * smallest upward scroll.
 */
export function useAnchoredScroll({ boxRef, contentRef, endRef, lastKey, anchorKey }: AnchoredScroll) {
  const [away, setAway] = useState(false)
  const following = useRef(false)
  /** Whether the last scrolling was the person's, not our own. */
  const byHand = useRef(false)

  useLayoutEffect(() => {
    const section = boxRef.current?.querySelector(`[data-turn="${CSS.escape(anchorKey ?? '')}"]`)
    if (!(section instanceof HTMLElement)) return
    following.current = false
    byHand.current = false
    boxRef.current?.scrollTo({ top: section.offsetTop - roomAbovePx, behavior: motion() })
  }, [boxRef, anchorKey])

  const toEnd = useCallback(
    (behavior: ScrollBehavior) => {
      const box = boxRef.current
      const end = endRef.current
      if (box === null || end === null) return
      const top = end.offsetTop + end.offsetHeight - box.clientHeight
      // Never back: text that shrinks (a table takes shape) must not pull the view up.
      if (top > box.scrollTop) box.scrollTo({ top, behavior })
    },
    [boxRef, endRef],
  )

  useEffect(() => {
    const box = boxRef.current
    const content = contentRef.current
    const end = endRef.current
    if (lastKey === null || box === null || content === null || end === null) return
    let wasAway = false
    const seen = new IntersectionObserver(
      ([entry]) => {
        const isAway = entry?.isIntersecting === false && entry.boundingClientRect.top > 0
        if (wasAway && !isAway && byHand.current) following.current = true
        wasAway = isAway
        setAway(isAway)
      },
      { root: box },
    )
    const grown = new ResizeObserver(() => {
      if (following.current) toEnd('instant')
    })
    let top = box.scrollTop
    const onScroll = () => {
      if (box.scrollTop < top) following.current = false
      top = box.scrollTop
    }
    const onHand = () => {
      byHand.current = true
    }
    seen.observe(end)
    grown.observe(content)
    box.addEventListener('scroll', onScroll, { passive: true })
    for (const type of handEvents) box.addEventListener(type, onHand, { passive: true })
    return () => {
      seen.disconnect()
      grown.disconnect()
      box.removeEventListener('scroll', onScroll)
      for (const type of handEvents) box.removeEventListener(type, onHand)
    }
  }, [boxRef, contentRef, endRef, lastKey, toEnd])

  const toNewest = useCallback(() => {
    following.current = true
    toEnd(motion())
  }, [toEnd])
  return { away, toNewest }
}

const motion = (): ScrollBehavior =>
  window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'
