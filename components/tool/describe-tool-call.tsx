import type { ReactNode } from 'react'
import type { useTranslations } from 'use-intl'
import { isUnderWay, type ToolKind, toolKindOf } from '@/components/tool/tool-part'
import { readFlag, readList, readText, readTodo, type ToolTodo } from '@/components/tool/tool-values'
import { todoFilters } from '@/lib/contract/api'
import { type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

export type Translate = ReturnType<typeof useTranslations<'tool'>>

type CallContext = {
  /** True if the turn has ended, so that no call is running any more. */
  ended: boolean
  /** Returns the title of a todo that a result in this conversation contains, or null. */
  findTitle: (todoId: string) => string | null
}

/** More characters than one line can show. The details contain the whole text. */
const maxCharacters = 200

const shorten = (text: string): string => {
  const characters = [...text.slice(0, 4 * maxCharacters)]
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('')}…` : text
}

/** Isolates the direction of text from users and tools, so that it cannot reverse the sentence around it. */
const name = (text: ReactNode) => <bdi>{text}</bdi>

/** Describes in one sentence what a call did, is doing, or did not do. */
export function describeToolCall(t: Translate, part: ToolPart, { ended, findTitle }: CallContext): ReactNode {
  const tool = shorten(toolNameOf(part))
  const kind = toolKindOf(toolNameOf(part))
  if (part.state === 'output-available')
    return (kind && describeResult(t, kind, part)) ?? t.rich('used', { name, tool })
  if (part.state === 'output-error') return kind ? t(`failed.${kind}`) : t.rich('failedOther', { name, tool })
  if (!isUnderWay(part)) {
    if (kind !== 'delete') return t.rich('deniedOther', { name, tool })
    const title = findTitle(readText(part.input, 'id') ?? '')
    return title === null ? t('deniedUnknown') : t.rich('denied', { name, title: shorten(title) })
  }
  if (ended) return t('unfinished')
  return kind ? t(`running.${kind}`) : t.rich('runningOther', { name, tool })
}

/** Describes the result of a call. Returns null if the result does not have the expected shape. */
function describeResult(t: Translate, kind: ToolKind, { input, output }: ToolPart): ReactNode {
  if (kind === 'list') return describeList(t, input, output)
  if (kind === 'search') return describeSearch(t, input, output)
  const todo = readTodo(output, 'todo')
  if (todo === null) return null
  const values = { name, title: shorten(todo.title) }
  switch (kind) {
    case 'create':
      return t.rich('created', values)
    case 'complete':
      return t.rich('completed', values)
    case 'delete':
      return t.rich('deleted', values)
    case 'update':
      return describeUpdate(t, readTodo(output, 'before'), todo)
  }
}

/** Names the changed field, or describes a general change if several fields have changed. */
function describeUpdate(t: Translate, before: ToolTodo | null, after: ToolTodo): ReactNode {
  const values = { name, title: shorten(after.title) }
  if (before === null) return t.rich('changed', values)
  const changes = (['title', 'description', 'done'] as const).filter((field) => before[field] !== after[field])
  if (changes.length === 0) return t.rich('unchanged', values)
  if (changes.length > 1) return t.rich('changed', values)
  if (changes[0] === 'title') return t.rich('renamed', { ...values, before: shorten(before.title) })
  if (changes[0] === 'description') return t.rich('described', values)
  return after.done ? t.rich('completed', values) : t.rich('reopened', values)
}

function describeList(t: Translate, input: unknown, output: unknown): ReactNode {
  const count = readList(output, 'todos')?.length ?? null
  if (count === null) return null
  if (readFlag(output, 'hasMore')) return t('listed.more', { count })
  const filter = todoFilters.find((name) => name === readText(input, 'filter')) ?? 'all'
  return t(`listed.${filter}`, { count })
}

function describeSearch(t: Translate, input: unknown, output: unknown): ReactNode {
  const query = readText(input, 'query')
  const count = readList(output, 'conversations')?.length ?? null
  if (query === null || count === null) return null
  return t.rich('searched', { name, query: shorten(query), count })
}

/** Describes what a call that needs approval would do. `title` is the title of the todo if it is known. */
export function describeApproval(t: Translate, part: ToolPart, title: string | null): ReactNode {
  const tool = toolNameOf(part)
  if (toolKindOf(tool) !== 'delete') return t.rich('questionOther', { name, tool: shorten(tool) })
  const id = readText(part.input, 'id') ?? ''
  return t.rich('question', { name, title: title === null ? t('todoId', { id: id.slice(-8) }) : shorten(title) })
}
