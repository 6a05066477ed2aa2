import type { ReactNode } from 'react'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

type AnswerOutcomeProps = { message: ThreadMessage; onRetry: (() => void) | null; onContinue: (() => void) | null }

/** How an answer ended, where it did not end well: a failure with Retry in place, anything milder as a quiet line. */
export function AnswerOutcome({ message, onRetry, onContinue }: AnswerOutcomeProps) {
  const isEmpty = messageText(message) === ''
  // There has to be something to go on from.
  const goOn = isEmpty ? null : onContinue
  switch (message.status) {
    case 'failed':
    case 'lost':
      return (
        <Notice message={message.error?.message ?? 'The model could not answer.'}>
          {onRetry !== null && <NoticeAction label="Retry" onAct={onRetry} />}
        </Notice>
      )
    case 'stopped':
      return (
        <Quiet onContinue={goOn}>{isEmpty ? 'You stopped this before it began.' : 'You stopped this answer.'}</Quiet>
      )
    case 'interrupted':
      return isEmpty ? (
        <Notice message="This answer was interrupted before it began.">
          {onRetry !== null && <NoticeAction label="Retry" onAct={onRetry} />}
        </Notice>
      ) : (
        <Quiet onContinue={goOn}>This answer was interrupted. What had arrived is kept.</Quiet>
      )
    case 'truncated':
      return <Quiet onContinue={goOn}>This answer reached the longest length allowed.</Quiet>
    case 'complete':
      return isEmpty ? <Quiet onContinue={null}>The model answered with nothing.</Quiet> : null
    case 'streaming':
      return null
  }
}

function Quiet({ children, onContinue }: { children: ReactNode; onContinue: (() => void) | null }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-soft">
      <span className="italic">{children}</span>
      {onContinue !== null && (
        <button
          type="button"
          onClick={onContinue}
          className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2"
        >
          Continue
        </button>
      )}
    </p>
  )
}
