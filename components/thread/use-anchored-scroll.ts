'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { offsetWithin } from '@/components/thread/use-keep-place'

type AnchoredScroll = {
  boxRef: RefObject<HTMLElement | null>
  contentRef: RefObject<HTMLElement | null>
  /**
   * An element directly after the newest text. Its parent is as high as the turn without the space reserved for
   * it.
   */
  endRef: RefObject<HTMLElement | null>
  /** The key of the turn that contains `endRef`. If it changes, `endRef` refers to another element. */
  lastKey: string | null
  /** The turn that must stay at the top of the view. */
  anchorKey: string | null
  /** The message to open at, or null for the newest. */
  targetKey: string | null
}

/**
 * The position that the view follows: none (only the user scrolls), the newest text, or the top of the turn just
 * sent.
 */
type Pin = 'none' | 'newest' | 'turn'

/** The space above an anchored turn in pixels. It must equal `pt-6` of the thread. */
const spaceAbovePx = 24

const upKeys = new Set(['ArrowUp', 'PageUp', 'Home'])
const downKeys = new Set(['ArrowDown', 'PageDown', 'End', ' '])

/**
 * Opens a conversation at its newest message or at a given one. A new turn is scrolled to the top of the view
 * once; then nothing scrolls by itself, because the answer grows into space that its section reserves. The view
 * follows the newest text only if the user opened the conversation there, requested it or scrolled down to it,
 * and only until the smallest upward scroll.
 */
export function useAnchoredScroll(options: AnchoredScroll) {
  const { boxRef, contentRef, endRef, lastKey, anchorKey, targetKey } = options
  const [isAway, setIsAway] = useState(false)
  const pin = useRef<Pin>('none')
  /** True if the last scroll was caused by the user, not by this hook. */
  const isUserScroll = useRef(false)
  /** The scroll position last set for the anchored turn, in pixels. */
  const anchorTop = useRef(0)
  // The first message of a new chat must be anchored. A turn anchored in an earlier view must not be anchored
  // again.
  const settledKey = useRef(targetKey !== null || anchorKey !== lastKey ? anchorKey : null)

  const toEnd = useCallback(
    (behavior: ScrollBehavior) => {
      const box = boxRef.current
      const end = endRef.current
      if (box === null || end === null) return
      const top = offsetWithin(box, end) + end.offsetHeight - box.clientHeight
      // Never scrolls up: content that shrinks, for example when a table is laid out, must not move the view.
      if (top > box.scrollTop) box.scrollTo({ top, behavior })
    },
    [boxRef, endRef],
  )

  const toTurn = useCallback(
    (behavior: ScrollBehavior) => {
      const box = boxRef.current
      const turn = box?.querySelector(`[data-turn="${CSS.escape(anchorKey ?? '')}"]`)
      if (!box || !turn) return
      const top = offsetWithin(box, turn) - spaceAbovePx
      if (Math.abs(top - anchorTop.current) < 1) return
      anchorTop.current = top
      box.scrollTo({ top, behavior })
    },
    [boxRef, anchorKey],
  )

  useLayoutEffect(() => {
    const box = boxRef.current
    if (box === null) return
    const target = targetKey && box.querySelector(`[data-message="${CSS.escape(targetKey)}"]`)
    if (target instanceof HTMLElement) {
      box.scrollTop = offsetWithin(box, target) - spaceAbovePx
      // Focus moves along, so that the next key press continues from this message.
      target.focus({ preventScroll: true })
      highlight(target)
      return
    }
    pin.current = 'newest'
    toEnd('instant')
  }, [boxRef, targetKey, toEnd])

  useLayoutEffect(() => {
    if (anchorKey === null || anchorKey === settledKey.current) return
    isUserScroll.current = false
    pin.current = 'turn'
    anchorTop.current = Number.NaN
    toTurn(motion())
  }, [anchorKey, toTurn])

  useEffect(() => {
    const box = boxRef.current
    const content = contentRef.current
    const end = endRef.current
    if (lastKey === null || box === null || content === null || end === null) return
    let wasAway = false
    const endObserver = new IntersectionObserver(
      ([entry]) => {
        const isAway = entry?.isIntersecting === false && entry.boundingClientRect.top > 0
        if (wasAway && !isAway && isUserScroll.current) pin.current = 'newest'
        wasAway = isAway
        setIsAway(isAway)
      },
      { root: box },
    )
    // The box is observed, too, because an on-screen keyboard covers its lower part.
    const resizeObserver = new ResizeObserver(() => {
      if (pin.current === 'newest') toEnd('instant')
      if (pin.current === 'turn') toTurn('instant')
    })
    endObserver.observe(end)
    resizeObserver.observe(content)
    // The content keeps its height while an answer grows into its reserved space, so the parent of the end is
    // observed.
    if (end.parentElement) resizeObserver.observe(end.parentElement)
    resizeObserver.observe(box)
    const release = releaseOnUserScroll(box, pin, isUserScroll)
    return () => {
      endObserver.disconnect()
      resizeObserver.disconnect()
      release()
    }
  }, [boxRef, contentRef, endRef, lastKey, toEnd, toTurn])

  const toNewest = useCallback(() => {
    pin.current = 'newest'
    toEnd(motion())
  }, [toEnd])
  const pinned = useCallback(() => pin.current !== 'none', [])
  return { isAway, toNewest, pinned }
}

/**
 * Releases the pin at the first sign of an upward scroll, before the view moves. Otherwise text that arrives
 * meanwhile would scroll the view down again. Dragging the scroll bar is only visible as a scroll event.
 */
function releaseOnUserScroll(box: HTMLElement, pin: RefObject<Pin>, isUserScroll: RefObject<boolean>): () => void {
  const stop = new AbortController()
  const options = { passive: true, signal: stop.signal } as const
  const onUserScroll = (up: boolean) => {
    isUserScroll.current = true
    // Any scroll by the user releases an anchored turn. The newest text is released only by an upward scroll.
    if (up || pin.current === 'turn') pin.current = 'none'
  }
  let touchY = 0
  box.addEventListener('wheel', ({ deltaY }) => deltaY !== 0 && onUserScroll(deltaY < 0), options)
  const onTouch = ({ touches }: TouchEvent) => {
    touchY = touches[0]?.clientY ?? 0
  }
  box.addEventListener('touchstart', onTouch, options)
  box.addEventListener('touchmove', ({ touches }) => onUserScroll((touches[0]?.clientY ?? 0) > touchY), options)
  box.addEventListener(
    'pointerdown',
    ({ target, pointerType }) => target === box && pointerType === 'mouse' && onUserScroll(true),
    options,
  )
  box.addEventListener(
    'keydown',
    ({ key, shiftKey }) => {
      if (upKeys.has(key) || (key === ' ' && shiftKey)) onUserScroll(true)
      else if (downKeys.has(key)) onUserScroll(false)
    },
    options,
  )
  let top = box.scrollTop
  const onScroll = () => {
    // At the very end, the browser itself has scrolled up because the content became shorter.
    const atEnd = box.scrollHeight - box.clientHeight - box.scrollTop < 1
    if (box.scrollTop < top && !atEnd && pin.current === 'newest') pin.current = 'none'
    top = box.scrollTop
  }
  box.addEventListener('scroll', onScroll, options)
  return () => stop.abort()
}

const reducedMotion = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches
const motion = (): ScrollBehavior => (reducedMotion() ? 'instant' : 'smooth')

/** Highlights a message for a moment. */
function highlight(message: HTMLElement) {
  const backgroundColor = 'color-mix(in srgb, var(--accent) 16%, transparent)'
  const glow = { backgroundColor, boxShadow: `0 0 0 0.5rem ${backgroundColor}`, borderRadius: '1rem' }
  const easing = reducedMotion() ? 'steps(1, jump-end)' : 'ease-in'
  message.animate(
    [
      { ...glow, easing },
      { backgroundColor: 'transparent', boxShadow: '0 0 0 0.5rem transparent' },
    ],
    2500,
  )
}
