'use client'

import { type KeyboardEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'

type FeedbackReasonProps = { onGive: (comment: string) => Promise<void>; onLeave: () => void }

/** The limit of the server's schema. */
const maxCommentLength = 2000

/** Asks for the optional reason for a bad rating. */
export function FeedbackReason({ onGive, onLeave }: FeedbackReasonProps) {
  const t = useTranslations('answer')
  const [comment, setComment] = useState('')
  const [sending, setSending] = useState(false)
  const text = comment.trim()
  const submit = async () => {
    if (text === '' || sending) return
    setSending(true)
    await onGive(text)
    setSending(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter') void submit()
    else if (event.key === 'Escape' && !event.shiftKey) onLeave()
  }
  return (
    <div className="ms-2 mt-1 flex basis-full flex-wrap items-center gap-2">
      <input
        value={comment}
        dir={comment === '' ? undefined : 'auto'}
        maxLength={maxCommentLength}
        aria-label={t('reason')}
        placeholder={t('reason')}
        onChange={(event) => setComment(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-10 min-w-0 flex-1 basis-56 rounded-xl border border-edge bg-lift px-3 text-sm placeholder:text-soft"
      />
      <Button variant="quiet" aria-disabled={text === '' || sending} onClick={() => void submit()}>
        {t('giveReason')}
      </Button>
      <Button variant="quiet" onClick={onLeave} className="border-transparent">
        {t('noReason')}
      </Button>
    </div>
  )
}
