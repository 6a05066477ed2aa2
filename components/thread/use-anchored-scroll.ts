'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { offsetWithin } from '@/components/thread/use-keep-place'

type AnchoredScroll = {
  boxRef: RefObject<HTMLElement | null>
  contentRef: RefObject<HTMLElement | null>
  /** Stands right behind the newest text, in an element that is as high as the turn without the room reserved for it. */
  endRef: RefObject<HTMLElement | null>
  /** The turn that `endRef` stands in: with it the element changes. */
  lastKey: string | null
  /** The turn to hold at the top of the view. */
  anchorKey: string | null
  /** The message to open at; null: the newest. */
  targetKey: string | null
}

/** What the view is held at: nothing, so that only the person moves it; the newest text; the top of the turn just sent. */
type Pin = 'none' | 'newest' | 'turn'

/** Room above an anchored turn; equals `pt-6` of the thread. */
const roomAbovePx = 24

const upKeys = new Set(['ArrowUp', 'PageUp', 'Home'])
const downKeys = new Set(['ArrowDown', 'PageDown', 'End', ' '])

/**
 * A conversation opens at its newest message, or at the one asked for. A turn just sent goes to the top of the view once,
 * and then nothing scrolls by itself: the answer grows below, into room that its section reserves. Only who is at the
 * newest on opening, asks for it or scrolls down to it is taken along with it, until the smallest upward scroll.
 */
export function useAnchoredScroll(options: AnchoredScroll) {
  const { boxRef, contentRef, endRef, lastKey, anchorKey, targetKey } = options
  const [away, setAway] = useState(false)
  const pin = useRef<Pin>('none')
  /** Whether the last scrolling was the person's, not our own. */
  const byHand = useRef(false)
  /** Where the view was sent for the anchored turn; px. */
  const aim = useRef(0)
  // The first message of a new chat is anchored like any other; one sent before another place was gone to is not again.
  const settledKey = useRef(targetKey !== null || anchorKey !== lastKey ? anchorKey : null)

  const toEnd = useCallback(
    (behavior: ScrollBehavior) => {
      const box = boxRef.current
      const end = endRef.current
      if (box === null || end === null) return
      const top = offsetWithin(box, end) + end.offsetHeight - box.clientHeight
      // Never back: text that shrinks (a table takes shape) must not pull the view up.
      if (top > box.scrollTop) box.scrollTo({ top, behavior })
    },
    [boxRef, endRef],
  )

  const toTurn = useCallback(
    (behavior: ScrollBehavior) => {
      const box = boxRef.current
      const turn = box?.querySelector(`[data-turn="${CSS.escape(anchorKey ?? '')}"]`)
      if (!box || !turn) return
      const top = offsetWithin(box, turn) - roomAbovePx
      if (Math.abs(top - aim.current) < 1) return
      aim.current = top
      box.scrollTo({ top, behavior })
    },
    [boxRef, anchorKey],
  )

  useLayoutEffect(() => {
    const box = boxRef.current
    if (box === null) return
    const target = targetKey && box.querySelector(`[data-message="${CSS.escape(targetKey)}"]`)
    if (target instanceof HTMLElement) {
      box.scrollTop = offsetWithin(box, target) - roomAbovePx
      // The reader is led there too: the next key press goes on from this message.
      target.focus({ preventScroll: true })
      shine(target)
      return
    }
    pin.current = 'newest'
    toEnd('instant')
  }, [boxRef, targetKey, toEnd])

  useLayoutEffect(() => {
    if (anchorKey === null || anchorKey === settledKey.current) return
    byHand.current = false
    pin.current = 'turn'
    aim.current = Number.NaN
    toTurn(motion())
  }, [anchorKey, toTurn])

  useEffect(() => {
    const box = boxRef.current
    const content = contentRef.current
    const end = endRef.current
    if (lastKey === null || box === null || content === null || end === null) return
    let wasAway = false
    const seen = new IntersectionObserver(
      ([entry]) => {
        const isAway = entry?.isIntersecting === false && entry.boundingClientRect.top > 0
        if (wasAway && !isAway && byHand.current) pin.current = 'newest'
        wasAway = isAway
        setAway(isAway)
      },
      { root: box },
    )
    // The box too: an on-screen keyboard takes its lower part away.
    const resized = new ResizeObserver(() => {
      if (pin.current === 'newest') toEnd('instant')
      if (pin.current === 'turn') toTurn('instant')
    })
    seen.observe(end)
    resized.observe(content)
    // An answer that grows into its room changes nothing about the height of the content.
    if (end.parentElement) resized.observe(end.parentElement)
    resized.observe(box)
    const release = releaseOnHand(box, pin, byHand)
    return () => {
      seen.disconnect()
      resized.disconnect()
      release()
    }
  }, [boxRef, contentRef, endRef, lastKey, toEnd, toTurn])

  const toNewest = useCallback(() => {
    pin.current = 'newest'
    toEnd(motion())
  }, [toEnd])
  const pinned = useCallback(() => pin.current !== 'none', [])
  return { away, toNewest, pinned }
}

/**
 * Lets go at the first sign of an upward scroll, before it has moved anything: text that arrives in the meantime would
 * take the view along again. The scroll bar gives no sign but the scrolling itself.
 */
function releaseOnHand(box: HTMLElement, pin: RefObject<Pin>, byHand: RefObject<boolean>): () => void {
  const stop = new AbortController()
  const options = { passive: true, signal: stop.signal } as const
  const hand = (up: boolean) => {
    byHand.current = true
    // A turn at the top gives way to any hand; the newest text only to one that goes up.
    if (up || pin.current === 'turn') pin.current = 'none'
  }
  let touchY = 0
  box.addEventListener('wheel', ({ deltaY }) => deltaY !== 0 && hand(deltaY < 0), options)
  const onTouch = ({ touches }: TouchEvent) => {
    touchY = touches[0]?.clientY ?? 0
  }
  box.addEventListener('touchstart', onTouch, options)
  box.addEventListener('touchmove', ({ touches }) => hand((touches[0]?.clientY ?? 0) > touchY), options)
  box.addEventListener(
    'pointerdown',
    ({ target, pointerType }) => target === box && pointerType === 'mouse' && hand(true),
    options,
  )
  box.addEventListener(
    'keydown',
    ({ key, shiftKey }) => {
      if (upKeys.has(key) || (key === ' ' && shiftKey)) hand(true)
      else if (downKeys.has(key)) hand(false)
    },
    options,
  )
  let top = box.scrollTop
  const onScroll = () => {
    // At the very end the browser has pulled the view up because the content became shorter.
    const atEnd = box.scrollHeight - box.clientHeight - box.scrollTop < 1
    if (box.scrollTop < top && !atEnd && pin.current === 'newest') pin.current = 'none'
    top = box.scrollTop
  }
  box.addEventListener('scroll', onScroll, options)
  return () => stop.abort()
}

const reducedMotion = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches
const motion = (): ScrollBehavior => (reducedMotion() ? 'instant' : 'smooth')

/** Points out a message for a moment. */
function shine(message: HTMLElement) {
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
