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
import { useErrorMessage } from '@/components/api/use-error-message'
import { ApprovalRefusal } from '@/components/tool/approval-question'
import { describeToolCall } from '@/components/tool/describe-tool-call'
import { useToolActions } from '@/components/tool/tool-actions-context'
import { isUnderWay, type ToolKind, toolKindOf } from '@/components/tool/tool-part'
import { findTitle } from '@/components/tool/tool-values'
import { UndoButton, undoOf } from '@/components/tool/undo-button'
import { ScrollArea } from '@/components/ui/scroll-area'
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

/**
 * Truncates the line, and a title at its own end. Otherwise a title in the other direction would be cut at its
 * start.
 */
const cut =
  'truncate [&_bdi]:inline-block [&_bdi]:max-w-[75%] [&_bdi]:overflow-hidden [&_bdi]:text-ellipsis [&_bdi]:align-bottom'

/** In characters. The details contain the whole text. */
const maxReasonLength = 500

type ToolStepProps = {
  part: ToolPart
  /** True if the turn of this call has ended. */
  ended: boolean
  hidden: boolean
}

/** One tool call: a line that describes it, with an undo button. Expanded, it shows the input and the output. */
export function ToolStep({ part, ended, hidden }: ToolStepProps) {
  const t = useTranslations('tool')
  const errorMessage = useErrorMessage()
  const { messages } = useToolActions()
  const [open, setOpen] = useState(false)
  const id = useId()
  const Icon = iconOf(part, ended)
  const undo = undoOf(part)
  const failed = part.state === 'output-error'
  const reason =
    part.state === 'output-error' ? errorMessage(parseErrorText(part.errorText)).slice(0, maxReasonLength) : ''
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
            {describeToolCall(t, part, { ended, findTitle: (id) => findTitle(messages.current, id) })}
          </span>
          <ChevronDown
            aria-hidden="true"
            className={`size-4 shrink-0 transition group-focus-within/step:opacity-100 group-hover/step:opacity-100 ${open ? 'rotate-180' : 'pointer-fine:opacity-0'}`}
          />
        </button>
        {undo !== null && <UndoButton undo={undo} stepId={`${id}-step`} />}
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

/**
 * Parses the error text of a failed call, which the server also sends to the model: `code: message`, followed by
 * one line for each invalid argument. Only the details show these lines. Texts of other tools may have any
 * format.
 */
export function parseErrorText(errorText: string): { code: string; message: string } {
  const [, code = 'unknown', message = errorText] = /^([a-z]+(?:_[a-z]+)*): (.*)/.exec(errorText) ?? []
  return { code, message }
}

/** In characters. Longer values would take the browser long to lay out. */
const maxValueLength = 20_000

/** Returns any value as plain text. Values may come from untrusted tools. */
function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength).toWellFormed()}…` : text
}

function ToolDetails({ part }: { part: ToolPart }) {
  const t = useTranslations('tool')
  const rows = [
    { name: t('asked'), text: asText(part.input) },
    { name: t('answered'), text: asText(part.state === 'output-error' ? part.errorText : part.output) },
  ]
  return (
    <dl className="space-y-2 px-3.5 pt-1 pb-3 text-xs">
      {rows.map(
        ({ name, text }) =>
          text !== '' && (
            <div key={name}>
              <dt className="mb-1">{name}</dt>
              <dd>
                <ScrollArea label={name} className="max-h-60 overflow-y-auto rounded-lg bg-card">
                  <pre dir="ltr" className="px-3 py-2 font-mono whitespace-pre-wrap text-ink [overflow-wrap:anywhere]">
                    {text}
                  </pre>
                </ScrollArea>
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}
