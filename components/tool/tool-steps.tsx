'use client'
import { ChevronDown } from 'lucide-react'
import { memo, type RefObject, useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { ApprovalQuestion } from '@/components/tool/approval-question'
import { isAsking, isUnderWay, maxShown } from '@/components/tool/tool-part'
import { ToolStep } from '@/components/tool/tool-step'
import type { ToolPart } from '@/lib/contract/ui-message'

export type ToolStepsProps = {
  /** Calls that follow one another, without text between them. */
  parts: readonly ToolPart[]
  /** The answer that they are in. */
  message: ThreadMessage
  /** Nothing follows that answer. */
  isLast: boolean
  /** Whether somebody waited here for the answer; until the focus was led to what it asks. */
  followed: RefObject<boolean>
}

/** Calls in a row as one quiet card, a line for each; many of them folded. What waits for the user's word stands below. */
export const ToolSteps = memo(function ToolSteps({ parts, message, isLast, followed }: ToolStepsProps) {
  const t = useTranslations('tool')
  const [open, setOpen] = useState(false)
  const id = useId()
  const ended = message.status !== 'streaming'
  const steps = parts.map((part, index) => ({ key: String(index), part }))
  const asking = steps.filter(({ part }) => isAsking(part))
  const told = steps.filter(({ part }) => !isAsking(part))
  const folds = told.length > maxShown
  const failed = told.filter(({ part }) => part.state === 'output-error').length
  const count = told.length
  return (
    <div className="space-y-2 text-sm">
      {count > 0 && (
        <div className="rounded-2xl border border-line text-soft">
          {folds && (
            <button
              type="button"
              aria-expanded={open}
              aria-controls={id}
              onClick={() => setOpen(!open)}
              className="flex min-h-10 w-full items-center gap-2 rounded-2xl px-3.5 py-1 text-start hover:bg-hover hover:text-ink"
            >
              {failed === 0 ? t('steps', { count }) : t('stepsFailed', { count, failed })}
              <ChevronDown aria-hidden="true" className={`size-4 transition-transform ${open ? 'rotate-180' : ''}`} />
            </button>
          )}
          <ul id={id}>
            {told.map(({ key, part }) => (
              // Folded, what is still under way is shown all the same; the rest keeps what was done with it.
              <ToolStep key={key} part={part} ended={ended} hidden={folds && !open && (ended || !isUnderWay(part))} />
            ))}
          </ul>
        </div>
      )}
      {asking.map(({ key, part }) => (
        <ApprovalQuestion key={key} part={part} message={message} isLast={isLast} followed={followed} />
      ))}
    </div>
  )
}, isSame)

/** Their list is made anew whenever a token arrives; they are not. */
function isSame(before: ToolStepsProps, now: ToolStepsProps): boolean {
  return (
    before.isLast === now.isLast &&
    before.message.status === now.message.status &&
    before.message.id === now.message.id &&
    before.parts.length === now.parts.length &&
    before.parts.every((part, index) => part === now.parts[index])
  )
}
