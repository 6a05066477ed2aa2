import type { ReactNode } from 'react'
import type { useTranslations } from 'use-intl'
import { isUnderWay, type ToolKind, toolKindOf } from '@/components/tool/tool-part'
import { readFlag, readList, readText, readTodo, type ToolTodo } from '@/components/tool/tool-values'
import { todoFilters } from '@/lib/contract/api'
import { type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

export type Translate = ReturnType<typeof useTranslations<'tool'>>

type Told = {
  /** The turn is over: nothing of it goes on any more. */
  ended: boolean
  /** The title of a todo that this conversation has told of; null where it has not. */
  findTitle: (todoId: string) => string | null
}

/** More than the line of a card can show; the details have all of it. */
const mostCharacters = 200

const shortened = (text: string): string => {
  const characters = [...text.slice(0, 4 * mostCharacters)]
  return characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('')}…` : text
}

/** What somebody else wrote, in a direction of its own: nothing in it turns the sentence around it. */
const name = (text: ReactNode) => <bdi>{text}</bdi>

/** What a call did, is doing or did not do, in a sentence. */
export function describeToolCall(t: Translate, part: ToolPart, { ended, findTitle }: Told): ReactNode {
  const tool = shortened(toolNameOf(part))
  const kind = toolKindOf(toolNameOf(part))
  if (part.state === 'output-available') return (kind && doneWords(t, kind, part)) ?? t.rich('used', { name, tool })
  if (part.state === 'output-error') return kind ? t(`failed.${kind}`) : t.rich('failedOther', { name, tool })
  if (!isUnderWay(part)) {
    if (kind !== 'delete') return t.rich('deniedOther', { name, tool })
    const title = findTitle(readText(part.input, 'id') ?? '')
    return title === null ? t('deniedUnknown') : t.rich('denied', { name, title: shortened(title) })
  }
  if (ended) return t('unfinished')
  return kind ? t(`running.${kind}`) : t.rich('runningOther', { name, tool })
}

/** Null where the result is not of the kind that the tool gives. */
function doneWords(t: Translate, kind: ToolKind, { input, output }: ToolPart): ReactNode {
  if (kind === 'list') return listWords(t, input, output)
  if (kind === 'search') return searchWords(t, input, output)
  const todo = readTodo(output, 'todo')
  if (todo === null) return null
  const told = { name, title: shortened(todo.title) }
  switch (kind) {
    case 'create':
      return t.rich('created', told)
    case 'complete':
      return t.rich('completed', told)
    case 'delete':
      return t.rich('deleted', told)
    case 'update':
      return changeWords(t, readTodo(output, 'before'), todo)
  }
}

/** One change is named; more of them are a change. */
function changeWords(t: Translate, before: ToolTodo | null, after: ToolTodo): ReactNode {
  const told = { name, title: shortened(after.title) }
  if (before === null) return t.rich('changed', told)
  const changes = (['title', 'description', 'done'] as const).filter((field) => before[field] !== after[field])
  if (changes.length === 0) return t.rich('unchanged', told)
  if (changes.length > 1) return t.rich('changed', told)
  if (changes[0] === 'title') return t.rich('renamed', { ...told, before: shortened(before.title) })
  if (changes[0] === 'description') return t.rich('described', told)
  return after.done ? t.rich('completed', told) : t.rich('reopened', told)
}

function listWords(t: Translate, input: unknown, output: unknown): ReactNode {
  const count = readList(output, 'todos')?.length ?? null
  if (count === null) return null
  if (readFlag(output, 'hasMore')) return t('listed.more', { count })
  const filter = todoFilters.find((name) => name === readText(input, 'filter')) ?? 'all'
  return t(`listed.${filter}`, { count })
}

function searchWords(t: Translate, input: unknown, output: unknown): ReactNode {
  const query = readText(input, 'query')
  const count = readList(output, 'conversations')?.length ?? null
  if (query === null || count === null) return null
  return t.rich('searched', { name, query: shortened(query), count })
}

/** What a call that waits for the user's word would do. `title`: of the todo, as far as it is known. */
export function questionWords(t: Translate, part: ToolPart, title: string | null): ReactNode {
  const tool = toolNameOf(part)
  if (toolKindOf(tool) !== 'delete') return t.rich('questionOther', { name, tool: shortened(tool) })
  const id = readText(part.input, 'id') ?? ''
  return t.rich('question', { name, title: title === null ? t('todoId', { id: id.slice(-8) }) : shortened(title) })
}
