'use client'

import { Pencil } from 'lucide-react'
import dynamic from 'next/dynamic'
import { memo, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'
import { BranchArrows } from '@/components/message/branch-arrows'
import { TurnFiles } from '@/components/message/turn-files'
import { useThreadActions } from '@/components/thread/thread-actions-context'
import { IconButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'

const EditBox = dynamic(() => import('@/components/message/edit-box').then(({ EditBox }) => EditBox))

/** A user's message. The text is shown as it was typed, without Markdown. */
export const UserTurn = memo(function UserTurn({ message }: { message: ThreadMessage }) {
  const t = useTranslations('answer')
  const editing = useThreadActions()?.editing
  const text = messageText(message)
  return (
    <article className="group flex flex-col items-end gap-2">
      <h2 className="sr-only">{t('you')}</h2>
      <TurnFiles message={message} />
      {editing?.key === message.key ? (
        <EditBox message={message} initial={editing.text} />
      ) : (
        <>
          {text !== '' && (
            <p dir="auto" className="max-w-[85%] rounded-3xl rounded-ee-lg bg-card px-4 py-2.5 whitespace-pre-wrap">
              {text}
            </p>
          )}
          <UserTurnActions message={message} text={text} />
        </>
      )}
    </article>
  )
})

/**
 * The actions on a user's message. They appear on hover and focus, and always on touch devices. Branch arrows are
 * always visible.
 */
function UserTurnActions({ message, text }: { message: ThreadMessage; text: string }) {
  const t = useTranslations('answer')
  const actions = useThreadActions()
  if (actions === null) return null
  return (
    <footer className="-mt-1.5 -me-2 -mb-4 flex items-center">
      <div className="flex transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-fine:opacity-0">
        {text !== '' && <CopyButton label={t('copyMessage')} text={() => text} />}
        {!actions.busy && <EditButton message={message} text={text} />}
      </div>
      <BranchArrows message={message} />
    </footer>
  )
}

function EditButton({ message, text }: { message: ThreadMessage; text: string }) {
  const t = useTranslations('answer')
  const actions = useThreadActions()
  const ref = useRef<HTMLButtonElement>(null)
  const leftEdit = actions?.leftEdit
  useEffect(() => {
    if (leftEdit?.current !== message.key) return
    leftEdit.current = null
    ref.current?.focus()
  }, [leftEdit, message.key])
  return (
    <IconButton ref={ref} label={t('editMessage')} onClick={() => actions?.edit(message, text)}>
      <Pencil aria-hidden="true" className="size-4" />
    </IconButton>
  )
}
