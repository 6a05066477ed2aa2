import type { FormEvent, ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

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
  return (
    // POST: should it be submitted before our script runs, no password may end up in the address.
    <form method="post" onSubmit={onSubmit} className="space-y-4">
      {children}
      {problem !== null && <Notice message={problem} />}
      <Button type="submit" disabled={busy} className="h-11 w-full text-base">
        {busy ? busyLabel : submitLabel}
      </Button>
    </form>
  )
}
