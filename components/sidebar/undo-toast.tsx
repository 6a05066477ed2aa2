'use client'

import { X } from 'lucide-react'
import { useEffect } from 'react'

export type Toast = { message: string; onUndo: (() => void) | null }

/** Shorter than the 30 seconds in which the server can still bring a chat back. */
const shownMs = 20_000

type UndoToastProps = {
  toast: Toast | null
  onClose: () => void
  /** Behind an open dialog the page is inert, its toast as well; the dialog shows one of its own. */
  place: 'page' | 'dialog'
}

export function UndoToast({ toast, onClose, place }: UndoToastProps) {
  useEffect(() => {
    if (toast === null) return
    const timer = setTimeout(onClose, shownMs)
    return () => clearTimeout(timer)
  }, [toast, onClose])
  return (
    // The region is always there: a screen reader announces what appears in it, not the region itself.
    <div
      role="status"
      className={`pointer-events-none fixed inset-x-0 bottom-28 z-30 flex justify-center px-4 ${place === 'page' ? '[body:has(dialog[open])_&]:hidden' : ''}`}
    >
      {toast !== null && (
        <div className="pointer-events-auto flex max-w-full items-center gap-1 rounded-xl bg-ink py-1.5 pr-1.5 pl-4 text-sm text-page shadow-lift">
          <span className="min-w-0 truncate">{toast.message}</span>
          {toast.onUndo !== null && (
            <button
              type="button"
              onClick={toast.onUndo}
              className="ml-2 rounded-lg px-2.5 py-1.5 font-semibold underline underline-offset-4"
            >
              Undo
            </button>
          )}
          <button
            type="button"
            aria-label="Dismiss"
            title="Dismiss"
            onClick={onClose}
            className="grid size-8 place-items-center rounded-lg"
          >
            <X aria-hidden="true" className="size-4" />
          </button>
        </div>
      )}
    </div>
  )
}
