import type { ReactNode } from 'react'

/**
 * An error message next to the place where the error happened. `children` are the actions that the user can take.
 */
export function Notice({ message, children }: { message: string; children?: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl bg-danger-ground px-3.5 py-2.5 text-sm text-danger"
    >
      <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 shrink-0 fill-current">
        <path d="M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm1 12H7v-2h2Zm0-3.5H7V4h2Z" />
      </svg>
      <span className="min-w-0 flex-1 basis-48">{message}</span>
      {children}
    </div>
  )
}

export function NoticeAction({ label, onAct }: { label: string; onAct: () => void }) {
  return (
    <button
      type="button"
      onClick={onAct}
      className="rounded-lg border border-current px-2.5 py-1 font-medium hover:bg-danger hover:text-page"
    >
      {label}
    </button>
  )
}
