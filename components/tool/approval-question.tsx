'use client'
import { type RefObject, useEffect, useId, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { isTouch } from '@/components/chat/is-touch'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { describeApproval } from '@/components/tool/describe-tool-call'
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

/** Asks the user to approve a destructive tool call. It can be answered as long as no later message exists. */
export function ApprovalQuestion({ part, message, isLast, followed }: ApprovalQuestionProps) {
  const t = useTranslations('tool')
  const { answer } = useToolActions()
  const id = useId()
  const ref = useRef<HTMLFieldSetElement>(null)
  const ready = message.status !== 'streaming'
  const title = useTodoTitle(part, isLast)

  useEffect(() => {
    if (!isLast || !ready || !followed.current || isTouch() || isTyping()) return
    // Focuses only once, because the user may have moved on.
    followed.current = false
    // The anchored scroll is already moving the view to this turn.
    ref.current?.focus({ preventScroll: true })
  }, [isLast, ready, followed])

  const respond = (approved: boolean) => {
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
        {describeApproval(t, part, title)}
      </p>
      {isLast ? (
        <div className="flex flex-wrap gap-2 px-3.5 py-3">
          <Button variant="danger" aria-disabled={!ready} onClick={() => respond(true)}>
            {t('allow')}
          </Button>
          <Button variant="quiet" aria-disabled={!ready} onClick={() => respond(false)}>
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

/**
 * Shows why an approval or denial was rejected. It is shown at the question, or at the step if another tab has
 * answered.
 */
export function ApprovalRefusal({ toolCallId }: { toolCallId: string }) {
  const t = useTranslations('tool')
  const errorMessage = useErrorMessage()
  const { refusal } = useToolActions()
  if (refusal?.toolCallId !== toolCallId) return null
  const { failure } = refusal
  let message = errorMessage(failure)
  if (failure.code === 'idempotency_mismatch') message = t('alreadyAnswered')
  if (failure.code === 'not_found') message = t('closed')
  return (
    <p role="alert" className="px-3.5 pb-2.5 text-danger">
      {message}
    </p>
  )
}

/** Returns whether the user is typing or a dialog is open. Then the focus must not be moved. */
function isTyping(): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  const focused = document.activeElement
  const isField = focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement
  return isField && focused.value !== ''
}
