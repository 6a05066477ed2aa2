import { memo } from 'react'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'

/** What the person wrote, as they wrote it: no Markdown is read into it. */
export const UserTurn = memo(function UserTurn({ message }: { message: ThreadMessage }) {
  return (
    <article className="flex justify-end">
      <h2 className="sr-only">You</h2>
      <p className="max-w-[85%] rounded-3xl rounded-br-lg bg-card px-4 py-2.5 whitespace-pre-wrap">
        {messageText(message)}
      </p>
    </article>
  )
})
