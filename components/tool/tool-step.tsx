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
import { useErrorMessage } from '@/components/api/failure'
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
  const wordsOf = useErrorMessage()
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
            {describeToolCall(t, part, { ended, findTitle: (id) => findTitle(messages.current, id) })}
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

/**
 * Why a call failed, as the server tells the model: `code: a sentence`, and what is wrong with which argument on lines of
 * their own, which the details show. A tool that is not ours says what it wants.
 */
export function refusalOf(errorText: string): { code: string; message: string } {
  const [, code = 'unknown', message = errorText] = /^([a-z]+(?:_[a-z]+)*): (.*)/.exec(errorText) ?? []
  return { code, message }
}

/** Longer than this nobody reads it here, and a browser would take its time to lay it out. */
const mostCharacters = 20_000

/** As it is, and as text: it can be anything, from anybody. */
function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters).toWellFormed()}…` : text
}

/** What a tool was asked, and what it answered. */
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
