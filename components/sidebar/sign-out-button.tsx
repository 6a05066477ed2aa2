'use client'

import { type ReactNode, useState } from 'react'
import { useFailureWords } from '@/components/api/use-failure-words'
import { useDialogs } from '@/components/shell/dialogs-context'

export function SignOutButton({ className, children }: { className: string; children: ReactNode }) {
  const wordsOf = useFailureWords()
  const { signOut } = useDialogs()
  const [failed, setFailed] = useState<string | null>(null)
  const onLeave = async () => {
    setFailed(null)
    const failure = await signOut()
    if (failure !== null) setFailed(wordsOf(failure))
  }
  return (
    <>
      <button type="button" onClick={() => void onLeave()} className={className}>
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
