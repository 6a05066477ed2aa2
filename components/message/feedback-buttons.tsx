'use client'

import { ThumbsDown, ThumbsUp } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import { useErrorMessage } from '@/components/api/use-error-message'
import { IconButton } from '@/components/ui/button'
import type { Feedback } from '@/lib/contract/api'

const FeedbackReason = dynamic(() =>
  import('@/components/message/feedback-reason').then(({ FeedbackReason }) => FeedbackReason),
)

type FeedbackButtonsProps = { messageId: string; initial: Feedback | null }

/**
 * Rates an answer. Pressing a button again removes the rating, and a failed request restores the previous one.
 * After a bad rating, the user may give a reason.
 */
export function FeedbackButtons({ messageId, initial }: FeedbackButtonsProps) {
  const t = useTranslations('answer')
  const errorMessage = useErrorMessage()
  const [helpful, setHelpful] = useState(initial?.helpful ?? null)
  const [note, setNote] = useState('')
  const [isAskingReason, setIsAskingReason] = useState(false)
  const badRef = useRef<HTMLButtonElement>(null)

  const sendRating = async (next: boolean | null, comment: string | null) => {
    const before = helpful
    setHelpful(next)
    setNote('')
    const result = await callApi<Feedback | null>(`/api/messages/${messageId}/feedback`, {
      method: 'PUT',
      body: { helpful: next, ...(comment === null ? {} : { comment }) },
    })
    if (!result.ok) setHelpful(before)
    setNote(result.ok ? thanks(next) : errorMessage(result.failure))
    return result.ok
  }
  const thanks = (next: boolean | null) => (next === null ? '' : next ? t('thanks') : t('thanksNotAgain'))
  const press = async (pressed: boolean) => {
    const next = helpful === pressed ? null : pressed
    const saved = await sendRating(next, null)
    setIsAskingReason(saved && next === false)
  }
  const leave = () => {
    setIsAskingReason(false)
    badRef.current?.focus()
  }
  const sendReason = async (comment: string) => {
    if (await sendRating(false, comment)) leave()
  }
  const filled = (pressed: boolean) => (helpful === pressed ? 'fill-current' : '')

  return (
    <>
      <IconButton label={t('good')} aria-pressed={helpful === true} onClick={() => void press(true)}>
        <ThumbsUp aria-hidden="true" className={`size-4 ${filled(true)}`} />
      </IconButton>
      <IconButton ref={badRef} label={t('bad')} aria-pressed={helpful === false} onClick={() => void press(false)}>
        <ThumbsDown aria-hidden="true" className={`size-4 ${filled(false)}`} />
      </IconButton>
      <span role="status" className="ps-1.5 text-xs text-soft">
        {note}
      </span>
      {isAskingReason && <FeedbackReason onGive={sendReason} onLeave={leave} />}
    </>
  )
}
