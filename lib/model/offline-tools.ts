import { z } from 'zod'
import { type Errand, errandsOf } from './offline-errands'

/** A call since the question, and what came of it: the answer of the tool, or why there is none. */
export type OfflineResult = { name: string; input: unknown; output: unknown; error: string | null }
export type OfflineCall = { name: string; input: Readonly<Record<string, string>> }
export type OfflineStep = { calls: readonly OfflineCall[] } | { text: string }

const mostCharacters = 400

/**
 * The next step of a question about the list: calls, or the sentence after the last of them. Null for every other
 * question, and where the tools are not offered: then it is answered in words.
 */
export function planToolStep(
  question: string,
  results: readonly OfflineResult[],
  offered: readonly string[],
): OfflineStep | null {
  const errands = question.length > mostCharacters ? [] : errandsOf(question)
  if (errands.length === 0 || !['create_todo', 'list_todos', 'complete_todo'].every((name) => offered.includes(name)))
    return null
  for (const errand of errands) {
    if (isDone(errand, results)) continue
    // What goes out together has no need of what the others answer.
    const calls = errands.filter((other) => other.act === errand.act && !isDone(other, results))
    return { calls: callsFor(calls, results) }
  }
  return { text: errands.map((errand) => report(errand, results)).join('\n\n') }
}

const tools = { add: 'create_todo', list: 'list_todos', tick: 'complete_todo', delete: 'delete_todo' } as const

function isDone(errand: Errand, results: readonly OfflineResult[]): boolean {
  if (errand.act === 'list') return hasListed(results)
  return (
    resultOf(errand, results) !== undefined || (errand.act !== 'add' && hasListed(results) && !find(errand, results))
  )
}

const hasListed = (results: readonly OfflineResult[]) => results.some(({ name }) => name === tools.list)

/** Of an errand that names a thing: the call that was made for it. */
function resultOf(errand: Exclude<Errand, { act: 'list' }>, results: readonly OfflineResult[]) {
  const id = find(errand, results)?.id
  return results.find(({ name, input }) => {
    const given = z.object({ title: z.string().optional(), id: z.string().optional() }).safeParse(input).data
    if (name !== tools[errand.act] || !given) return false
    return errand.act === 'add' ? given.title === errand.title : given.id === id && id !== undefined
  })
}

function callsFor(errands: readonly Errand[], results: readonly OfflineResult[]): OfflineCall[] {
  const calls = errands.flatMap((errand): OfflineCall[] => {
    if (errand.act === 'list') return []
    if (errand.act === 'add') return [{ name: tools.add, input: { title: errand.title } }]
    const todo = find(errand, results)
    return todo ? [{ name: tools[errand.act], input: { id: todo.id } }] : []
  })
  // Somebody's id is not known yet.
  return calls.length === errands.length ? calls : [{ name: tools.list, input: { filter: 'all' } }]
}

const todo = z.object({ id: z.string(), title: z.string(), done: z.boolean() })
const output = z.object({ todo: todo.optional(), todos: z.array(todo).optional() })

const todosIn = (results: readonly OfflineResult[]) =>
  results.flatMap((result) => {
    const known = output.safeParse(result.output).data
    return [...(known?.todos ?? []), ...(known?.todo ? [known.todo] : [])]
  })

/** The todo that is meant: of this very title, or else one that has the word. */
function find({ title }: { title: string }, results: readonly OfflineResult[]) {
  const meant = title.toLowerCase().replace(/^(?:the|my) /, '')
  const known = todosIn(results).toReversed()
  const titled = (text: string) => text.toLowerCase()
  return known.find((one) => titled(one.title) === meant) ?? known.find((one) => titled(one.title).includes(meant))
}

function report(errand: Errand, results: readonly OfflineResult[]): string {
  if (errand.act === 'list') return listed(results)
  const result = resultOf(errand, results)
  if (!result) return `I found nothing like **${errand.title}** on your list.`
  if (result.error !== null) return `**${errand.title}**: ${result.error}`
  const said = { add: 'is on your list', tick: 'is ticked off', delete: 'is gone' }
  return `**${errand.title}** ${said[errand.act]}.`
}

function listed(results: readonly OfflineResult[]): string {
  const newest = results.findLast(({ name }) => name === tools.list)
  if (newest?.error) return `I could not read your list: ${newest.error}`
  const todos = output.safeParse(newest?.output).data?.todos ?? []
  if (todos.length === 0) return 'Your list is empty.'
  return `On your list:\n\n${todos.map(({ title, done }) => `- [${done ? 'x' : ' '}] ${title}`).join('\n')}`
}
