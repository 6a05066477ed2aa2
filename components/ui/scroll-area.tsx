import type { ReactNode } from 'react'

type ScrollAreaProps = { label: string; className?: string; children: ReactNode }

/**
 * WCAG requires that scrollable content can be scrolled with the keyboard (axe: scrollable-region-focusable).
 * Safari does not make scroll containers focusable by itself.
 */
const keyboardReachable = { tabIndex: 0 }

/**
 * Scrolls horizontally inside its own box. It is focusable and named, so that the arrow keys reach the clipped
 * content.
 */
export function ScrollArea({ label, className = '', children }: ScrollAreaProps) {
  return (
    <section aria-label={label} {...keyboardReachable} className={`overflow-x-auto ${className}`}>
      {children}
    </section>
  )
}
