'use client'

import { type RefObject, useLayoutEffect, useRef } from 'react'

const topOf = (box: HTMLElement, key: string): number | null => {
  const element = box.querySelector(`[data-message="${CSS.escape(key)}"]`)
  return element instanceof HTMLElement ? element.offsetTop : null
}

/**
 * The newest message is in view when a conversation opens, and older messages that arrive above do not move what is
 * being read. Done by hand (the box has `overflow-anchor: none`) because Safari does not anchor, and no browser does at
 * the very top, which is where older messages are loaded.
 */
export function useKeepPlace(boxRef: RefObject<HTMLElement | null>, firstKey: string | null) {
  const place = useRef<{ key: string; top: number } | null>(null)
  useLayoutEffect(() => {
    const box = boxRef.current
    if (box === null || firstKey === null) return
    const before = place.current
    if (before === null) box.scrollTop = box.scrollHeight
    else if (before.key !== firstKey) box.scrollTop += (topOf(box, before.key) ?? before.top) - before.top
    place.current = { key: firstKey, top: topOf(box, firstKey) ?? 0 }
  }, [boxRef, firstKey])
}
