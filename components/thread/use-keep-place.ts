'use client'
import { type RefObject, useLayoutEffect } from 'react'

/** What is read: the topmost block in view, its message, and how far down the content each of them begins. */
type Place = { block: Element; offset: number; key: string; messageOffset: number }

/** Inside of these nothing moves by itself. */
const wholeBlocks = 'p, pre, tr, li, h3, h4, h5, h6'

/** The first of these elements, which follow one another, that reaches below this height of the window. */
function firstBelow(elements: HTMLCollection | NodeListOf<Element>, height: number): Element | null {
  let from = 0
  let to = elements.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) > height) to = middle
    else from = middle + 1
  }
  return elements[from] ?? null
}

function findPlace(box: HTMLElement, turns: HTMLElement): Place | null {
  const top = box.getBoundingClientRect().top
  const turn = firstBelow(turns.children, top)
  const message = turn && firstBelow(turn.querySelectorAll('[data-message]'), top)
  if (!(message instanceof HTMLElement)) return null
  let block: Element = message
  while (block.getBoundingClientRect().top < top && !block.matches(wholeBlocks)) {
    const inner = firstBelow(block.children, top)
    if (inner === null) break
    block = inner
  }
  const key = message.dataset.message ?? ''
  return { block, offset: offsetWithin(box, block), key, messageOffset: offsetWithin(box, message) }
}

/** How far a place has moved in the content since it was noted; px. */
function shiftOf(box: HTMLElement, { block, offset, key, messageOffset }: Place): number {
  if (block.isConnected) return offsetWithin(box, block) - offset
  const message = box.querySelector(`[data-message="${CSS.escape(key)}"]`)
  return message === null ? 0 : offsetWithin(box, message) - messageOffset
}

/**
 * What is being read stays where it is on the screen while anything above it grows or shrinks: older messages arrive, a
 * formula or a table takes shape, the window gets narrower. Done by hand (the box has `overflow-anchor: none`) because
 * Safari does not anchor, and no browser does at the very top, which is where older messages come in.
 * `pinned`: something else decides where the view is.
 */
export function useKeepPlace(
  boxRef: RefObject<HTMLElement | null>,
  contentRef: RefObject<HTMLElement | null>,
  turnsRef: RefObject<HTMLElement | null>,
  pinned: () => boolean,
) {
  useLayoutEffect(() => {
    const box = boxRef.current
    const content = contentRef.current
    const turns = turnsRef.current
    if (box === null || content === null || turns === null) return
    let place: Place | null = null
    const keep = () => {
      const shift = place === null || pinned() ? 0 : shiftOf(box, place)
      if (Math.abs(shift) >= 1) box.scrollTop += shift
      place = findPlace(box, turns)
    }
    // Called after layout and before paint: what is put right here is never seen wrong.
    const resized = new ResizeObserver(keep)
    resized.observe(content)
    // Who is scrolling while older messages arrive hears of the scrolling first, when they already stand there.
    box.addEventListener('scroll', keep, { passive: true })
    return () => {
      resized.disconnect()
      box.removeEventListener('scroll', keep)
    }
  }, [boxRef, contentRef, turnsRef, pinned])
}

/** How far below the beginning of a scrolling box's content an element begins, wherever the box is scrolled to; px. */
export const offsetWithin = (box: HTMLElement, element: Element): number =>
  element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
