'use client'

import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { useState } from 'react'
import { callApi } from '@/components/api/call-api'
import { IconButton } from '@/components/ui/icon-button'
import type { Feedback } from '@/lib/contract/api'

type FeedbackButtonsProps = { messageId: string; given: Feedback | null }

/** What the person thinks of an answer. Pressed again it is taken back; a failure puts back what was there. */
export function FeedbackButtons({ messageId, given }: FeedbackButtonsProps) {
  const [helpful, setHelpful] = useState(given?.helpful ?? null)
  const [note, setNote] = useState('')

  const give = async (pressed: boolean) => {
    const before = helpful
    const next = helpful === pressed ? null : pressed
    setHelpful(next)
    setNote('')
    const result = await callApi<Feedback | null>(`/api/messages/${messageId}/feedback`, {
      method: 'PUT',
      body: { helpful: next },
    })
    if (!result.ok) setHelpful(before)
    setNote(result.ok ? thanks(next) : result.failure.message)
  }
  const filled = (pressed: boolean) => (helpful === pressed ? 'fill-current' : '')

  return (
    <>
      <IconButton label="Good answer" aria-pressed={helpful === true} onClick={() => void give(true)}>
        <ThumbsUp aria-hidden="true" className={`size-4 ${filled(true)}`} />
      </IconButton>
      <IconButton label="Bad answer" aria-pressed={helpful === false} onClick={() => void give(false)}>
        <ThumbsDown aria-hidden="true" className={`size-4 ${filled(false)}`} />
      </IconButton>
      <span role="status" className="text-xs text-soft">
        {note}
      </span>
    </>
  )
}

function thanks(helpful: boolean | null): string {
  if (helpful === null) return ''
  return helpful ? 'Thank you.' : 'Thank you. It will not be used again.'
}
