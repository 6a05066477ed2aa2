'use client'

import type { FormEvent, ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { useHydrated } from '@/components/ui/use-hydrated'

type AuthFormProps = {
  submitLabel: string
  busyLabel: string
  busy: boolean
  /** Said above the button, where the eye is after pressing it. */
  problem: string | null
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  children: ReactNode
}

export function AuthForm({ submitLabel, busyLabel, busy, problem, onSubmit, children }: AuthFormProps) {
  // The browser's own submit knows nothing of the API: it would only lose what was typed.
  const hydrated = useHydrated()
  return (
    // POST: should it be submitted before our script runs, no password may end up in the address.
    <form method="post" onSubmit={onSubmit} className="space-y-4">
      {children}
      {problem !== null && <Notice message={problem} />}
      <Button type="submit" disabled={busy || !hydrated} className="h-11 w-full text-base">
        {busy ? busyLabel : submitLabel}
      </Button>
    </form>
  )
}
