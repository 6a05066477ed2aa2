'use client'

import { type ReactNode, useState } from 'react'
import { leave } from '@/components/account/leave'
import { useFailureWords } from '@/components/api/use-failure-words'
import { hasUnsentTexts } from '@/components/chat/unsent-texts'
import { useDialogs } from '@/components/shell/dialogs-context'

type SignOutButtonProps = { userId: string; className: string; children: ReactNode }

/** Signs out, and asks first if drafts or queued messages would be deleted with it. */
export function SignOutButton({ userId, className, children }: SignOutButtonProps) {
  const wordsOf = useFailureWords()
  const { openSignOut } = useDialogs()
  const [failed, setFailed] = useState<string | null>(null)
  const onLeave = async () => {
    setFailed(null)
    if (hasUnsentTexts(userId)) return openSignOut(userId)
    const failure = await leave(userId, 'remove')
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
