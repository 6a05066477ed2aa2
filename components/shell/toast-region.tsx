'use client'

import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslations } from 'use-intl'

export type Toast = { message: string; onUndo?: () => void }

/** Must be shorter than the 30 seconds in which the server can restore a conversation. */
const shownMs = 20_000

type ToastRegionProps = {
  toast: Toast | null
  onClose: () => void
  /** The page behind an open dialog is inert, including its toasts, so dialogs render their own region. */
  place: 'page' | 'dialog'
}

export function ToastRegion({ toast, onClose, place }: ToastRegionProps) {
  const t = useTranslations('shell')
  useEffect(() => {
    if (toast === null) return
    const timer = setTimeout(onClose, shownMs)
    return () => clearTimeout(timer)
  }, [toast, onClose])
  return (
    // The region must always be rendered: screen readers announce changes inside a live region, not its
    // insertion.
    <div
      role="status"
      className={`pointer-events-none fixed inset-x-0 bottom-28 z-30 flex justify-center px-4 ${place === 'page' ? '[body:has(dialog[open])_&]:hidden' : ''}`}
    >
      {toast !== null && (
        <div className="pointer-events-auto flex max-w-full items-center gap-1 rounded-xl bg-ink py-1.5 ps-4 pe-1.5 text-sm text-page shadow-lift">
          <span className="line-clamp-2 min-w-0 [overflow-wrap:anywhere]">{toast.message}</span>
          {toast.onUndo !== undefined && (
            <button
              type="button"
              onClick={toast.onUndo}
              className="ms-2 rounded-lg px-2.5 py-1.5 font-semibold underline underline-offset-4"
            >
              {t('toast.undo')}
            </button>
          )}
          <button
            type="button"
            aria-label={t('toast.dismiss')}
            title={t('toast.dismiss')}
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
