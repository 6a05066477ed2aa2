'use client'

import { type RefObject, useEffect, useEffectEvent } from 'react'

/** Closes something small that is open: a press elsewhere, Escape, or focus going on. Escape gives focus back. */
export function useDismiss(rootRef: RefObject<HTMLElement | null>, open: boolean, close: () => void) {
  const onPointerDown = useEffectEvent((event: Event) => {
    if (event.target instanceof Node && !rootRef.current?.contains(event.target)) close()
  })
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    // Not also the drawer that it stands in.
    event.preventDefault()
    event.stopPropagation()
    close()
    rootRef.current?.querySelector<HTMLElement>('[aria-expanded]')?.focus()
  })
  useEffect(() => {
    if (!open) return
    const keyDown = (event: KeyboardEvent) => onKeyDown(event)
    const pressed = (event: Event) => onPointerDown(event)
    document.addEventListener('pointerdown', pressed)
    document.addEventListener('focusin', pressed)
    document.addEventListener('keydown', keyDown, true)
    return () => {
      document.removeEventListener('pointerdown', pressed)
      document.removeEventListener('focusin', pressed)
      document.removeEventListener('keydown', keyDown, true)
    }
  }, [open])
}
