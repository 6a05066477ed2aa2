'use client'
import { type RefObject, useLayoutEffect } from 'react'

/**
 * The reading position: the topmost visible block, its message, and the offset of both from the top of the
 * content.
 */
type Place = { block: Element; offset: number; key: string; messageOffset: number }

/**
 * Elements whose content does not move relative to themselves. The search for the topmost block stops at them.
 */
const wholeBlocks = 'p, pre, tr, li, h3, h4, h5, h6'

/**
 * Returns the first element whose bottom edge is below `height` in the window. The elements must be in document
 * order.
 */
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

/** Returns the number of pixels by which a place has moved in the content since it was recorded. */
function measureShift(box: HTMLElement, { block, offset, key, messageOffset }: Place): number {
  if (block.isConnected) return offsetWithin(box, block) - offset
  const message = box.querySelector(`[data-message="${CSS.escape(key)}"]`)
  return message === null ? 0 : offsetWithin(box, message) - messageOffset
}

/**
 * Keeps the reading position fixed on the screen while content above it changes its height: older messages are
 * loaded, a formula or table is laid out, or the window is resized. It replaces the browser's scroll anchoring
 * (the box has `overflow-anchor: none`), because Safari lacks it and no browser anchors at the very top, which is
 * where older messages are inserted. Does nothing while `pinned()` is true, because the anchored scroll then
 * controls the view.
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
    const restorePlace = () => {
      const shift = place === null || pinned() ? 0 : measureShift(box, place)
      if (Math.abs(shift) >= 1) box.scrollTop += shift
      place = findPlace(box, turns)
    }
    // A ResizeObserver runs after layout and before paint, so a wrong position is never visible.
    const resizeObserver = new ResizeObserver(restorePlace)
    resizeObserver.observe(content)
    // While the user is scrolling, a scroll event fires after older messages have been inserted but before the
    // ResizeObserver runs, so both must restore the place.
    box.addEventListener('scroll', restorePlace, { passive: true })
    return () => {
      resizeObserver.disconnect()
      box.removeEventListener('scroll', restorePlace)
    }
  }, [boxRef, contentRef, turnsRef, pinned])
}

/**
 * Returns the distance from the top of a scroll container's content to an element in pixels, independent of
 * scrolling.
 */
export const offsetWithin = (box: HTMLElement, element: Element): number =>
  element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
