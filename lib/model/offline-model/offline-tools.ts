import { z } from 'zod'

/** A tool call after the question, with the output of the tool or its error. */
export type OfflineResult = { name: string; input: unknown; output: unknown; error: string | null }
type OfflineCall = { name: string; input: Readonly<Record<string, string>> }
type OfflineStep = { calls: readonly OfflineCall[] } | { text: string }

/** The maximum number of characters of a question that is parsed for commands. */
const maxQuestionLength = 400

/**
 * Returns the next step for a question about the todo list: tool calls, or the text after the last of them. Null for
 * every other question and if the tools are not offered. The caller must then answer with text.
 */
export function planToolStep(
  question: string,
  results: readonly OfflineResult[],
  offered: readonly string[],
): OfflineStep | null {
  const commands = question.length > maxQuestionLength ? [] : parseCommands(question)
  if (commands.length === 0 || !['create_todo', 'list_todos', 'complete_todo'].every((name) => offered.includes(name)))
    return null
  for (const command of commands) {
    if (isDone(command, results)) continue
    // Commands of the same kind do not need each other's results, so their calls are made at once.
    const calls = commands.filter((other) => other.act === command.act && !isDone(other, results))
    return { calls: callsFor(calls, results) }
  }
  return { text: describeOutcome(commands, results) }
}

const tools = { add: 'create_todo', list: 'list_todos', tick: 'complete_todo', delete: 'delete_todo' } as const

function isDone(command: Command, results: readonly OfflineResult[]): boolean {
  // A list that was read before a change is outdated.
  if (command.act === 'list') return results.at(-1)?.name === tools.list
  return (
    resultOf(command, results) !== undefined ||
    (command.act !== 'add' && hasListed(results) && !findTodo(command, results))
  )
}

const hasListed = (results: readonly OfflineResult[]) => results.some(({ name }) => name === tools.list)

type ChangeCommand = Exclude<Command, { act: 'list' }>

/** Returns the call that was made for a command. */
function resultOf(command: ChangeCommand, results: readonly OfflineResult[]): OfflineResult | undefined {
  const made = results.flatMap((result) => {
    const input = result.name === tools[command.act] && call.safeParse(result.input).data
    const title = input && (input.title ?? knownTodos(results).find(({ id }) => id === input.id)?.title)
    return title ? [{ result, title }] : []
  })
  if (command.act === 'add') return made.find(({ title }) => title === command.title)?.result
  return bestMatch(made, command.title)[0]?.result
}

function callsFor(commands: readonly Command[], results: readonly OfflineResult[]): OfflineCall[] {
  const calls = commands.flatMap((command): OfflineCall[] => {
    if (command.act === 'list') return []
    if (command.act === 'add') return [{ name: tools.add, input: { title: command.title } }]
    const todo = findTodo(command, results)
    return todo ? [{ name: tools[command.act], input: { id: todo.id } }] : []
  })
  // If the id of a todo is not known yet, the list must be read first.
  return calls.length === commands.length ? calls : [{ name: tools.list, input: { filter: 'all' } }]
}

const call = z.object({ title: z.string().optional(), id: z.string().optional() })
const todo = z.object({ id: z.string(), title: z.string(), done: z.boolean() })
const output = z.object({ todo: todo.optional(), todos: z.array(todo).optional() })

/** Returns the todos that the calls have added or listed, in their state at that time, the newest call first. */
const knownTodos = (results: readonly OfflineResult[]) =>
  results
    .filter(({ name }) => name === tools.add || name === tools.list)
    .toReversed()
    .flatMap((result) => {
      const { todo: added, todos = [] } = output.safeParse(result.output).data ?? {}
      return added ? [added] : todos
    })

/** Returns the items with exactly this title, or otherwise those that contain it. */
function bestMatch<Titled extends { title: string }>(all: readonly Titled[], title: string): Titled[] {
  const wanted = title
    .toLowerCase()
    .replace(/^(?:the|my) /, '')
    .replace(/ (?:todo|to-do|task|item)$/, '')
  const exact = all.filter((one) => one.title.toLowerCase() === wanted)
  return exact.length > 0 ? exact : all.filter((one) => one.title.toLowerCase().includes(wanted))
}

/** Returns the todo that a command refers to. If it is to be ticked off, an open todo takes precedence. */
function findTodo({ act, title }: ChangeCommand, results: readonly OfflineResult[]) {
  const found = bestMatch(knownTodos(results), title)
  return (act === 'tick' ? found.find(({ done }) => !done) : undefined) ?? found[0]
}

/** Describes the outcome: one sentence for all commands with the same result, and the list if it was requested. */
function describeOutcome(commands: readonly Command[], results: readonly OfflineResult[]): string {
  const sentences = new Map<string, string[]>()
  let list: string | null = null
  for (const command of commands) {
    if (command.act === 'list') {
      list ??= describeList(results)
      continue
    }
    const sentence = sentenceFor(command, resultOf(command, results))
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), `**${command.title}**`])
  }
  const outcomes = [...sentences].map(([sentence, titles]) => sentence.replace('…', () => joinTitles(titles)))
  return [outcomes.join(' '), ...(list === null ? [] : [list])].filter((paragraph) => paragraph !== '').join('\n\n')
}

/** Returns a sentence in which `…` must be replaced by the titles. */
function sentenceFor({ act }: ChangeCommand, result: OfflineResult | undefined): string {
  if (!result) return 'I found nothing like … on your list.'
  if (result.error === null)
    return { add: 'I put … on your list.', tick: 'I ticked … off.', delete: 'I deleted ….' }[act]
  if (/^The user denied/.test(result.error)) return 'You said no, so … stays on your list.'
  // The error begins with its code, which users should not see.
  const reason = result.error.replace(/^[a-z_]+: /, '')
  return `${{ add: 'I could not add …', tick: 'I could not tick … off', delete: 'I could not delete …' }[act]}: ${reason}`
}

const joinTitles = (titles: readonly string[]): string =>
  titles.length < 2 ? titles.join('') : `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}`

function describeList(results: readonly OfflineResult[]): string {
  const newest = results.findLast(({ name }) => name === tools.list)
  if (newest?.error) return `I could not read your list: ${newest.error}`
  const todos = output.safeParse(newest?.output).data?.todos ?? []
  if (todos.length === 0) return 'Your list is empty. To add a todo, write *add milk to my list*.'
  return `On your list:\n\n${todos.map(({ title, done }) => `- [${done ? 'x' : ' '}] ${title}`).join('\n')}`
}

/** A command about the todo list. */
type Command = { act: 'add' | 'tick' | 'delete'; title: string } | { act: 'list' }

const list = `(?:my|the) (?:(?:todo|to-do|shopping|task) )?(?:list|todos|to-dos|tasks)`
const polite = /^(?:please |can you |could you |would you |and )+/i
const changePatterns: readonly (readonly [Exclude<Command['act'], 'list'>, RegExp])[] = [
  ['add', new RegExp(`^(?:add|put|write) (.+?) (?:to|on|onto) ${list}$`, 'i')],
  ['add', /^add (?!.* to )(?![\d\s.,+-]+(?:and|$))(.+)$/i],
  ['tick', /^(?:tick|check|cross) off (.+)$/i],
  ['tick', new RegExp(`^(?:tick|check|cross) (.+?) off(?: ${list})?$`, 'i')],
  ['tick', /^tick (.+)$/i],
  ['tick', /^mark (.+?) (?:as )?(?:done|complete|completed|finished)$/i],
  ['delete', new RegExp(`^(?:delete|remove|take|erase) (.+?) (?:from|off) ${list}$`, 'i')],
  ['delete', /^(?:delete|remove|erase) (?!.* from )(.+)$/i],
]
const listPatterns: readonly RegExp[] = [
  new RegExp(String.raw`^(?:what(?:'s| is| are)?|show|list|read|tell|which)\b.{0,40}\b${list}\b`, 'i'),
  new RegExp(`^(?:(?:show|list) )?${list}$`, 'i'),
  /^what(?:'s| is| do i have| have i got)(?: left| still)? to do(?: today)?$/i,
]

/** Parses the commands of a question in their order. Empty unless every sentence is a command. */
export function parseCommands(question: string): Command[] {
  const sentences = question
    .replace(/[’]/g, "'")
    .split(/[,;.!]?\s+(?:and )?then,?\s+|[.;!?]\s+/i)
    .map((sentence) => sentence.replace(polite, '').replace(/[\s.!?]+$/, ''))
    .filter((sentence) => sentence !== '')
  const found = sentences.map(parseSentence)
  return found.every((commands) => commands.length > 0) ? found.flat() : []
}

function parseSentence(sentence: string): Command[] {
  for (const [act, pattern] of changePatterns) {
    const titles = sentence.match(pattern)?.[1]
    if (titles !== undefined) return splitTitles(titles).map((title) => ({ act, title }))
  }
  return listPatterns.some((pattern) => pattern.test(sentence)) ? [{ act: 'list' }] : []
}

/** Splits `milk, bread and eggs` into three titles. A text in quotation marks is one title. */
function splitTitles(text: string): string[] {
  const quoted = text.match(/^["“'](.+)["”']$/)?.[1]
  const titles = quoted === undefined ? text.split(/,\s*(?:and\s+)?|\s+and\s+/i) : [quoted]
  return titles.map((title) => title.trim()).filter((title) => title !== '')
}
