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
  /** Consecutive tool calls without text between them. */
  parts: readonly ToolPart[]
  message: ThreadMessage
  /** True if no message follows the answer. */
  isLast: boolean
  /** True if this page streamed the answer. Reset after focus has moved to the approval question. */
  followed: RefObject<boolean>
}

/**
 * Shows consecutive calls as a card with one line each, collapsed if there are many. Approval questions follow
 * below it.
 */
export const ToolSteps = memo(function ToolSteps({ parts, message, isLast, followed }: ToolStepsProps) {
  const t = useTranslations('tool')
  const [open, setOpen] = useState(false)
  const id = useId()
  const ended = message.status !== 'streaming'
  const steps = parts.map((part, index) => ({ key: String(index), part }))
  const approvals = steps.filter(({ part }) => isAsking(part))
  const listed = steps.filter(({ part }) => !isAsking(part))
  const folds = listed.length > maxShown
  const failed = listed.filter(({ part }) => part.state === 'output-error').length
  const count = listed.length
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
            {listed.map(({ key, part }) => (
              // A collapsed card still shows running steps. Hidden steps stay mounted, so that their state is
              // kept.
              <ToolStep key={key} part={part} ended={ended} hidden={folds && !open && (ended || !isUnderWay(part))} />
            ))}
          </ul>
        </div>
      )}
      {approvals.map(({ key, part }) => (
        <ApprovalQuestion key={key} part={part} message={message} isLast={isLast} followed={followed} />
      ))}
    </div>
  )
}, isSame)

/** Compares the parts, because their array is recreated with each token while the parts are not. */
function isSame(before: ToolStepsProps, now: ToolStepsProps): boolean {
  return (
    before.isLast === now.isLast &&
    before.message.status === now.message.status &&
    before.message.id === now.message.id &&
    before.parts.length === now.parts.length &&
    before.parts.every((part, index) => part === now.parts[index])
  )
}
