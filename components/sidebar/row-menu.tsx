'use client'

import { MoreHorizontal } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type ToggleEvent, useId, useRef, useState } from 'react'

type MenuEntry = { label: string; icon: ReactNode; danger?: boolean; onAct: () => void }

/**
 * A button that opens a menu. The popover provides the top layer, light dismiss, Escape and focus restoration.
 * CSS anchor positioning places it; browsers without it show it in the middle of the screen. Arrow keys are
 * handled here.
 */
export function RowMenu({ label, entries, className }: { label: string; entries: MenuEntry[]; className: string }) {
  const id = useId()
  const anchor = `--${id.replace(/\W/g, '')}`
  const menuRef = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const items = () => [...(menuRef.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]

  const onToggle = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState === 'open') items()[0]?.focus()
    else setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const all = items()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
    const to = steps[event.key]
    if (event.key === 'Tab') menuRef.current?.hidePopover()
    if (to === undefined) return
    event.preventDefault()
    all.at(to % all.length)?.focus()
  }
  return (
    <>
      <button
        type="button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
        style={{ anchorName: anchor }}
        className={`grid shrink-0 place-items-center rounded-md text-soft hover:text-ink ${className}`}
      >
        <MoreHorizontal aria-hidden="true" className="size-4" />
      </button>
      <div
        ref={menuRef}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        onBeforeToggle={(event) => event.newState === 'open' && setOpen(true)}
        onToggle={onToggle}
        onKeyDown={onKeyDown}
        style={{ positionAnchor: anchor }}
        className="menu-place min-w-48 rounded-xl border border-line bg-lift p-1 text-ink shadow-lift"
      >
        {open &&
          entries.map((entry) => (
            <button
              key={entry.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                menuRef.current?.hidePopover()
                entry.onAct()
              }}
              className={`flex w-full items-center gap-2.5 rounded-lg px-3 py-2 text-start text-sm hover:bg-hover focus-visible:bg-hover focus-visible:outline-none pointer-coarse:py-2.5 ${entry.danger ? 'text-danger' : ''}`}
            >
              {entry.icon}
              {entry.label}
            </button>
          ))}
      </div>
    </>
  )
}
