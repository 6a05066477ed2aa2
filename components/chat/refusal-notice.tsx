'use client'

import { usePathname } from 'next/navigation'
import type { Failure } from '@/components/api/failure'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

/** Why the server did not take a message, right above the box that has the text back. */
export function RefusalNotice({ failure, onRetry }: { failure: Failure; onRetry: (() => void) | null }) {
  const pathname = usePathname()
  if (failure.code === 'unauthenticated') {
    const signIn = () => window.location.assign(`/sign-in?next=${encodeURIComponent(pathname)}`)
    return (
      <Notice message="You have been signed out. What you wrote is kept until you are back.">
        <NoticeAction label="Sign in" onAct={signIn} />
      </Notice>
    )
  }
  return <Notice message={failure.message}>{onRetry !== null && <NoticeAction label="Retry" onAct={onRetry} />}</Notice>
}
