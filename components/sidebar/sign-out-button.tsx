'use client'

import { type ReactNode, useState } from 'react'
import { signOut } from '@/lib/auth/browser-client'

/** Leaves through a whole page load: nothing of this person stays in memory for the next one. */
export function SignOutButton({ className, children }: { className: string; children: ReactNode }) {
  const [failed, setFailed] = useState<string | null>(null)
  const leave = async () => {
    setFailed(null)
    const result = await signOut()
    // A session that is gone already is just as well.
    if (result.ok || result.failure.code === 'UNAUTHENTICATED') window.location.assign('/sign-in')
    else setFailed(result.failure.message)
  }
  return (
    <>
      <button type="button" onClick={() => void leave()} className={className}>
        {children}
      </button>
      {failed !== null && (
        <p role="alert" className="px-3 pb-1.5 text-sm text-danger">
          {failed}
        </p>
      )}
    </>
  )
}
