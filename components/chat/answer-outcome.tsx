import type { ReactNode } from 'react'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

/** How an answer ended, where it did not end well: a failure with Retry in place, anything milder as a quiet line. */
export function AnswerOutcome({ message, onRetry }: { message: ThreadMessage; onRetry: (() => void) | null }) {
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
        <Quiet>{messageText(message) === '' ? 'You stopped this before it began.' : 'You stopped this answer.'}</Quiet>
      )
    case 'interrupted':
      return <Quiet>This answer was interrupted.</Quiet>
    case 'truncated':
      return <Quiet>This answer reached the longest length allowed.</Quiet>
    case 'complete':
      return messageText(message) === '' ? <Quiet>The model answered with nothing.</Quiet> : null
    case 'streaming':
      return null
  }
}

const Quiet = ({ children }: { children: ReactNode }) => <p className="text-sm text-soft italic">{children}</p>
