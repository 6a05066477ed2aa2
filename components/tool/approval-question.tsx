'use client'

import { type RefObject, useEffect, useId, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { isTouch } from '@/components/chat/is-touch'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { isTyping } from '@/components/tool/is-typing'
import { questionWords } from '@/components/tool/step-words'
import { useToolActions } from '@/components/tool/tool-actions-context'
import type { ToolPart } from '@/components/tool/tool-part'
import { useTodoTitle } from '@/components/tool/use-todo-title'
import { Button } from '@/components/ui/button'

type ApprovalQuestionProps = {
  part: ToolPart
  message: ThreadMessage
  isLast: boolean
  followed: RefObject<boolean>
}

/** A call that takes something away waits for the user's word, for as long as nothing else was said after it. */
export function ApprovalQuestion({ part, message, isLast, followed }: ApprovalQuestionProps) {
  const t = useTranslations('tool')
  const wordsOf = useFailureWords()
  const { answer, refusal } = useToolActions()
  const id = useId()
  const ref = useRef<HTMLFieldSetElement>(null)
  const ready = message.status !== 'streaming'
  const title = useTodoTitle(part, isLast)
  const failure = refusal?.toolCallId === part.toolCallId ? refusal.failure : null

  useEffect(() => {
    if (!isLast || !ready || !followed.current || isTouch() || isTyping()) return
    // Once: who went on to something else is not called back.
    followed.current = false
    ref.current?.focus()
  }, [isLast, ready, followed])

  const say = (approved: boolean) => {
    if (ready) answer(message, part.toolCallId, approved)
  }
  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      aria-labelledby={id}
      className={`min-w-0 rounded-2xl border px-3.5 py-3 ${isLast ? 'border-edge' : 'border-line text-soft'}`}
    >
      <p id={id} className="line-clamp-4 font-medium [overflow-wrap:anywhere]">
        {questionWords(t, part, title)}
      </p>
      {isLast ? (
        <div className="mt-2.5 flex flex-wrap gap-2">
          <Button look="danger" aria-disabled={!ready} onClick={() => say(true)}>
            {t('allow')}
          </Button>
          <Button look="quiet" aria-disabled={!ready} onClick={() => say(false)}>
            {t('deny')}
          </Button>
        </div>
      ) : (
        <p className="mt-0.5">{t('closed')}</p>
      )}
      {failure !== null && (
        <p role="alert" className="mt-2 text-danger">
          {failure.code === 'idempotency_mismatch' ? t('alreadyAnswered') : wordsOf(failure)}
        </p>
      )}
    </fieldset>
  )
}
