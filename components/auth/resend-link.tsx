'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { sendVerificationEmail } from '@/lib/auth/browser-client'

/** Sends the confirmation link again and reports success or the error. */
export function ResendLink({ email }: { email: string }) {
  const t = useTranslations('auth')
  const errorMessage = useErrorMessage()
  const [state, setState] = useState<'idle' | 'busy' | 'sent'>('idle')
  const [problem, setProblem] = useState<string | null>(null)
  const send = async () => {
    setState('busy')
    setProblem(null)
    const result = await sendVerificationEmail({ email })
    setState(result.ok ? 'sent' : 'idle')
    if (!result.ok) setProblem(errorMessage(result.failure))
  }
  return (
    <div className="space-y-3">
      <Button
        variant="quiet"
        aria-disabled={state === 'busy'}
        onClick={() => state !== 'busy' && void send()}
        className="h-11 w-full text-base"
      >
        {state === 'busy' ? t('verify.resending') : t('verify.resend')}
      </Button>
      <p role="status" className="text-sm text-soft empty:hidden">
        {state === 'sent' && t('verify.resent')}
      </p>
      {problem !== null && <Notice message={problem} />}
    </div>
  )
}
