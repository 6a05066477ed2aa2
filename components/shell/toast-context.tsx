'use client'

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { type Toast, ToastRegion } from '@/components/shell/toast-region'

type Toasts = { toast: Toast | null; showToast: (toast: Toast | null) => void; closeToast: () => void }

const ToastContext = createContext<Toasts | null>(null)

/** Shows one short message at a time about the last action, with an Undo button if it can be undone. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, showToast] = useState<Toast | null>(null)
  const closeToast = useCallback(() => showToast(null), [])
  const value = useMemo(() => ({ toast, showToast, closeToast }), [toast, closeToast])
  return (
    <ToastContext value={value}>
      {children}
      <ToastRegion toast={toast} onClose={closeToast} place="page" />
    </ToastContext>
  )
}

export function useToast(): Toasts {
  const toasts = useContext(ToastContext)
  if (toasts === null) throw new Error('useToast must be used inside ToastProvider')
  return toasts
}
