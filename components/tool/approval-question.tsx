'use client'
import { type RefObject, useEffect, useId, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/failure'
import { isTouch } from '@/components/chat/is-touch'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { questionWords } from '@/components/tool/describe-tool-call'
import { useToolActions } from '@/components/tool/tool-actions-context'
import { useTodoTitle } from '@/components/tool/use-todo-title'
import { Button } from '@/components/ui/button'
import type { ToolPart } from '@/lib/contract/ui-message'

type ApprovalQuestionProps = {
  part: ToolPart
  message: ThreadMessage
  isLast: boolean
  followed: RefObject<boolean>
}

/** A call that takes something away waits for the user's word, for as long as nothing else was said after it. */
export function ApprovalQuestion({ part, message, isLast, followed }: ApprovalQuestionProps) {
  const t = useTranslations('tool')
  const { answer } = useToolActions()
  const id = useId()
  const ref = useRef<HTMLFieldSetElement>(null)
  const ready = message.status !== 'streaming'
  const title = useTodoTitle(part, isLast)

  useEffect(() => {
    if (!isLast || !ready || !followed.current || isTouch() || isTyping()) return
    // Once: who went on to something else is not called back.
    followed.current = false
    // The view is on its way to the turn, which has the question in it.
    ref.current?.focus({ preventScroll: true })
  }, [isLast, ready, followed])

  const say = (approved: boolean) => {
    if (ready) answer(message, part.toolCallId, approved)
  }
  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      aria-labelledby={id}
      className={`min-w-0 rounded-2xl border ${isLast ? 'border-edge' : 'border-line text-soft'}`}
    >
      <p id={id} className="mx-3.5 mt-3 line-clamp-4 font-medium [overflow-wrap:anywhere]">
        {questionWords(t, part, title)}
      </p>
      {isLast ? (
        <div className="flex flex-wrap gap-2 px-3.5 py-3">
          <Button look="danger" aria-disabled={!ready} onClick={() => say(true)}>
            {t('allow')}
          </Button>
          <Button look="quiet" aria-disabled={!ready} onClick={() => say(false)}>
            {t('deny')}
          </Button>
        </div>
      ) : (
        <p className="px-3.5 pt-0.5 pb-3">{t('closed')}</p>
      )}
      <ApprovalRefusal toolCallId={part.toolCallId} />
    </fieldset>
  )
}

/** Why the user's word on a call was not taken, where it was given, or where it stands now what was said elsewhere. */
export function ApprovalRefusal({ toolCallId }: { toolCallId: string }) {
  const t = useTranslations('tool')
  const wordsOf = useErrorMessage()
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

/** Whether somebody is in the middle of a text, or of a dialog: then the focus stays where it is. */
function isTyping(): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  const focused = document.activeElement
  const isField = focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement
  return isField && focused.value !== ''
}
