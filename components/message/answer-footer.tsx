'use client'

import { ChartNoAxesColumn, RotateCcw } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'
import { BranchArrows } from '@/components/message/branch-arrows'
import { FeedbackButtons } from '@/components/message/feedback-buttons'
import { IconButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'

const AnswerDetails = dynamic(() =>
  import('@/components/message/answer-details').then(({ AnswerDetails }) => AnswerDetails),
)

type AnswerFooterProps = { message: ThreadMessage; isLast: boolean; onAskAgain: (() => void) | null }

/**
 * The actions on a finished answer. They are always visible below the last answer, else on hover, focus and touch
 * devices.
 */
export function AnswerFooter({ message, isLast, onAskAgain }: AnswerFooterProps) {
  const t = useTranslations('answer')
  const [open, setOpen] = useState(false)
  const id = useId()
  const shown = isLast || open ? '' : 'pointer-fine:opacity-0 group-hover:opacity-100 group-focus-within:opacity-100'
  return (
    <footer>
      <div className="-ms-2 flex flex-wrap items-center">
        <BranchArrows message={message} />
        <div className={`flex flex-wrap items-center transition-opacity ${shown}`}>
          {messageText(message) !== '' && <CopyButton label={t('copy')} text={() => messageText(message)} />}
          {onAskAgain !== null && (
            <IconButton label={t('regenerate')} onClick={onAskAgain}>
              <RotateCcw aria-hidden="true" className="size-4" />
            </IconButton>
          )}
          <IconButton label={t('details')} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            <ChartNoAxesColumn aria-hidden="true" className="size-4" />
          </IconButton>
          {message.id !== null && message.status === 'complete' && (
            <FeedbackButtons messageId={message.id} initial={message.feedback} />
          )}
        </div>
      </div>
      <div id={id}>{open && <AnswerDetails message={message} />}</div>
    </footer>
  )
}
