import type { ReactNode } from 'react'

type ScrollAreaProps = { label: string; className?: string; children: ReactNode }

/**
 * WCAG asks that what scrolls can be scrolled with the keyboard (axe: scrollable-region-focusable); Safari does not see
 * to it by itself.
 */
const keyboardReachable = { tabIndex: 0 }

/** Scrolls sideways in itself; focusable and named, so that arrow keys reach what is cut off. */
export function ScrollArea({ label, className = '', children }: ScrollAreaProps) {
  return (
    <section aria-label={label} {...keyboardReachable} className={`overflow-x-auto ${className}`}>
      {children}
    </section>
  )
}
