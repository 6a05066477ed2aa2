'use client'

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { type Toast, ToastRegion } from '@/components/shell/toast-region'

type Toasts = { toast: Toast | null; say: (toast: Toast | null) => void; closeToast: () => void }

const ToastContext = createContext<Toasts | null>(null)

/** One short sentence at a time about what was just done, with its Undo where there is one. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, say] = useState<Toast | null>(null)
  const closeToast = useCallback(() => say(null), [])
  const value = useMemo(() => ({ toast, say, closeToast }), [toast, closeToast])
  return (
    <ToastContext value={value}>
      {children}
      <ToastRegion toast={toast} onClose={closeToast} place="page" />
    </ToastContext>
  )
}

export function useToast(): Toasts {
  const toasts = useContext(ToastContext)
  if (toasts === null) throw new Error('useToast outside of ToastProvider')
  return toasts
}
