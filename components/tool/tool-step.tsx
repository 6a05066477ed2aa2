'use client'

import {
  Ban,
  Check,
  ChevronDown,
  CircleAlert,
  ListTodo,
  LoaderCircle,
  type LucideIcon,
  Pencil,
  Plus,
  Search,
  Trash2,
  Wrench,
} from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { ApprovalRefusal } from '@/components/tool/approval-refusal'
import { findTitle } from '@/components/tool/find-title'
import { refusalOf } from '@/components/tool/refusal-of'
import { stepWords } from '@/components/tool/step-words'
import { useToolActions } from '@/components/tool/tool-actions-context'
import { ToolDetails } from '@/components/tool/tool-details'
import { type ToolKind, toolKindOf } from '@/components/tool/tool-kind'
import { isUnderWay } from '@/components/tool/tool-part'
import { UndoButton } from '@/components/tool/undo-button'
import { undoOf } from '@/components/tool/undo-of'
import { type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

const icons: Readonly<Record<ToolKind, LucideIcon>> = {
  create: Plus,
  list: ListTodo,
  update: Pencil,
  complete: Check,
  delete: Trash2,
  search: Search,
}

function iconOf(part: ToolPart, ended: boolean): LucideIcon {
  if (part.state === 'output-error') return CircleAlert
  if (isUnderWay(part)) return ended ? Ban : LoaderCircle
  if (part.state !== 'output-available') return Ban
  const kind = toolKindOf(toolNameOf(part))
  return kind === null ? Wrench : icons[kind]
}

/** The line, and in it a title at its own end: where it runs against the line, the other end would be cut. */
const cut =
  'truncate [&_bdi]:inline-block [&_bdi]:max-w-[75%] [&_bdi]:overflow-hidden [&_bdi]:text-ellipsis [&_bdi]:align-bottom'

/** Characters; the details have all of it. */
const mostOfReason = 500

type ToolStepProps = {
  part: ToolPart
  /** The turn that it is of is over. */
  ended: boolean
  hidden: boolean
}

/** One call: a line that says what it did, with its Undo; pressed, it shows all that was asked and answered. */
export function ToolStep({ part, ended, hidden }: ToolStepProps) {
  const t = useTranslations('tool')
  const wordsOf = useFailureWords()
  const { messages } = useToolActions()
  const [open, setOpen] = useState(false)
  const id = useId()
  const Icon = iconOf(part, ended)
  const undo = undoOf(part)
  const failed = part.state === 'output-error'
  const reason = part.state === 'output-error' ? wordsOf(refusalOf(part.errorText)).slice(0, mostOfReason) : ''
  return (
    <li hidden={hidden} className="group/step">
      <div className="flex flex-wrap items-center">
        <button
          type="button"
          id={`${id}-step`}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="m-1 flex min-h-8 min-w-0 flex-1 items-center gap-2.5 rounded-xl px-2.5 py-1 text-start hover:bg-hover"
        >
          <Icon
            aria-hidden="true"
            className={`size-4 shrink-0 ${Icon === LoaderCircle ? 'animate-spin' : ''} ${failed ? 'text-danger' : ''}`}
          />
          <span
            className={`min-w-0 ${open ? '[overflow-wrap:anywhere]' : cut} ${failed ? 'text-danger' : '[&_bdi]:text-ink'}`}
          >
            {stepWords(t, part, { ended, findTitle: (id) => findTitle(messages.current, id) })}
          </span>
          <ChevronDown
            aria-hidden="true"
            className={`size-4 shrink-0 transition group-focus-within/step:opacity-100 group-hover/step:opacity-100 ${open ? 'rotate-180' : 'pointer-fine:opacity-0'}`}
          />
        </button>
        {undo !== null && <UndoButton undo={undo} of={`${id}-step`} />}
      </div>
      {reason !== '' && (
        <p className="-mt-1 line-clamp-3 ps-10 pe-3.5 pb-2 [overflow-wrap:anywhere]">
          <bdi>{reason}</bdi>
        </p>
      )}
      <ApprovalRefusal toolCallId={part.toolCallId} />
      <div id={id}>{open && <ToolDetails part={part} />}</div>
    </li>
  )
}
