'use client'

import { ThumbsDown, ThumbsUp } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import { useErrorMessage } from '@/components/api/failure'
import { IconButton } from '@/components/ui/button'
import type { Feedback } from '@/lib/contract/api'

const FeedbackReason = dynamic(() =>
  import('@/components/message/feedback-reason').then(({ FeedbackReason }) => FeedbackReason),
)

type FeedbackButtonsProps = { messageId: string; given: Feedback | null }

/**
 * What the person thinks of an answer. Pressed again it is taken back; a failure puts back what was there. Who finds it
 * bad may say why, and need not.
 */
export function FeedbackButtons({ messageId, given }: FeedbackButtonsProps) {
  const t = useTranslations('answer')
  const words = useErrorMessage()
  const [helpful, setHelpful] = useState(given?.helpful ?? null)
  const [note, setNote] = useState('')
  const [asking, setAsking] = useState(false)
  const badRef = useRef<HTMLButtonElement>(null)

  const put = async (next: boolean | null, comment: string | null) => {
    const before = helpful
    setHelpful(next)
    setNote('')
    const result = await callApi<Feedback | null>(`/api/messages/${messageId}/feedback`, {
      method: 'PUT',
      body: { helpful: next, ...(comment === null ? {} : { comment }) },
    })
    if (!result.ok) setHelpful(before)
    setNote(result.ok ? thanks(next) : words(result.failure))
    return result.ok
  }
  const thanks = (next: boolean | null) => (next === null ? '' : next ? t('thanks') : t('thanksNotAgain'))
  const press = async (pressed: boolean) => {
    const next = helpful === pressed ? null : pressed
    const kept = await put(next, null)
    setAsking(kept && next === false)
  }
  const leave = () => {
    setAsking(false)
    badRef.current?.focus()
  }
  const giveReason = async (comment: string) => {
    if (await put(false, comment)) leave()
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
      {asking && <FeedbackReason onGive={giveReason} onLeave={leave} />}
    </>
  )
}
