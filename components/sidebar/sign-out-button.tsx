'use client'

import { type ReactNode, useState } from 'react'
import { leave } from '@/components/account/leave'
import { useFailureWords } from '@/components/api/use-failure-words'

export function SignOutButton({ className, children }: { className: string; children: ReactNode }) {
  const wordsOf = useFailureWords()
  const [failed, setFailed] = useState<string | null>(null)
  const onLeave = async () => {
    setFailed(null)
    const failure = await leave()
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
