'use client'

import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { useToolActions } from '@/components/tool/tool-actions-context'

/** Why the user's word on a call was not taken, where it was given, or where it stands now what was said elsewhere. */
export function ApprovalRefusal({ toolCallId }: { toolCallId: string }) {
  const t = useTranslations('tool')
  const wordsOf = useFailureWords()
  const { refusal } = useToolActions()
  if (refusal?.toolCallId !== toolCallId) return null
  const { failure } = refusal
  let words = wordsOf(failure)
  if (failure.code === 'idempotency_mismatch') words = t('alreadyAnswered')
  if (failure.code === 'not_found') words = t('closed')
  return (
    <p role="alert" className="px-3.5 pb-2.5 text-danger">
      {words}
    </p>
  )
}
