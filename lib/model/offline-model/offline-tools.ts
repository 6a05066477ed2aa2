import { z } from 'zod'

/** A call since the question, and what came of it: the answer of the tool, or why there is none. */
export type OfflineResult = { name: string; input: unknown; output: unknown; error: string | null }
type OfflineCall = { name: string; input: Readonly<Record<string, string>> }
type OfflineStep = { calls: readonly OfflineCall[] } | { text: string }

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
  return { text: reportOn(errands, results) }
}

const tools = { add: 'create_todo', list: 'list_todos', tick: 'complete_todo', delete: 'delete_todo' } as const

function isDone(errand: Errand, results: readonly OfflineResult[]): boolean {
  // What was read before something was done to it is old.
  if (errand.act === 'list') return results.at(-1)?.name === tools.list
  return (
    resultOf(errand, results) !== undefined || (errand.act !== 'add' && hasListed(results) && !find(errand, results))
  )
}

const hasListed = (results: readonly OfflineResult[]) => results.some(({ name }) => name === tools.list)

type Deed = Exclude<Errand, { act: 'list' }>

/** Of an errand that names a thing: the call that was made for it. */
function resultOf(errand: Deed, results: readonly OfflineResult[]): OfflineResult | undefined {
  const made = results.flatMap((result) => {
    const given = result.name === tools[errand.act] && call.safeParse(result.input).data
    const title = given && (given.title ?? known(results).find(({ id }) => id === given.id)?.title)
    return title ? [{ result, title }] : []
  })
  if (errand.act === 'add') return made.find(({ title }) => title === errand.title)?.result
  return bestMatch(made, errand.title)[0]?.result
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

const call = z.object({ title: z.string().optional(), id: z.string().optional() })
const todo = z.object({ id: z.string(), title: z.string(), done: z.boolean() })
const output = z.object({ todo: todo.optional(), todos: z.array(todo).optional() })

/** The todos as they were before anything was done to them, those of this very question first. */
const known = (results: readonly OfflineResult[]) =>
  results
    .filter(({ name }) => name === tools.add || name === tools.list)
    .toReversed()
    .flatMap((result) => {
      const { todo: added, todos = [] } = output.safeParse(result.output).data ?? {}
      return added ? [added] : todos
    })

/** Of this very title, or else those that have the word. */
function bestMatch<Titled extends { title: string }>(all: readonly Titled[], title: string): Titled[] {
  const meant = title
    .toLowerCase()
    .replace(/^(?:the|my) /, '')
    .replace(/ (?:todo|to-do|task|item)$/, '')
  const exact = all.filter((one) => one.title.toLowerCase() === meant)
  return exact.length > 0 ? exact : all.filter((one) => one.title.toLowerCase().includes(meant))
}

/** The todo that is meant. What is ticked off already is not what somebody wants to tick off. */
function find({ act, title }: Deed, results: readonly OfflineResult[]) {
  const found = bestMatch(known(results), title)
  return (act === 'tick' ? found.find(({ done }) => !done) : undefined) ?? found[0]
}

/** What was done in a sentence for each kind of errand, what was not done in one of its own. */
function reportOn(errands: readonly Errand[], results: readonly OfflineResult[]): string {
  const sentences = new Map<string, string[]>()
  let list: string | null = null
  for (const errand of errands) {
    if (errand.act === 'list') {
      list ??= listed(results)
      continue
    }
    const sentence = sentenceFor(errand, resultOf(errand, results))
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), `**${errand.title}**`])
  }
  const said = [...sentences].map(([sentence, titles]) => sentence.replace('…', () => inWords(titles)))
  return [said.join(' '), ...(list === null ? [] : [list])].filter((paragraph) => paragraph !== '').join('\n\n')
}

/** With `…` where the titles go. */
function sentenceFor({ act }: Deed, result: OfflineResult | undefined): string {
  if (!result) return 'I found nothing like … on your list.'
  if (result.error === null)
    return { add: 'I put … on your list.', tick: 'I ticked … off.', delete: 'I deleted ….' }[act]
  if (/^The user said no/.test(result.error)) return 'You said no, so … stays on your list.'
  // A refusal begins with its code, which says nothing to people.
  const reason = result.error.replace(/^[a-z_]+: /, '')
  return `${{ add: 'I could not add …', tick: 'I could not tick … off', delete: 'I could not delete …' }[act]}: ${reason}`
}

const inWords = (titles: readonly string[]): string =>
  titles.length < 2 ? titles.join('') : `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}`

function listed(results: readonly OfflineResult[]): string {
  const newest = results.findLast(({ name }) => name === tools.list)
  if (newest?.error) return `I could not read your list: ${newest.error}`
  const todos = output.safeParse(newest?.output).data?.todos ?? []
  if (todos.length === 0) return 'Your list is empty. To put something on it, say *add milk to my list*.'
  return `On your list:\n\n${todos.map(({ title, done }) => `- [${done ? 'x' : ' '}] ${title}`).join('\n')}`
}

/** What is to be done with the list, in the order in which it was asked for. */
type Errand = { act: 'add' | 'tick' | 'delete'; title: string } | { act: 'list' }

const list = `(?:my|the) (?:(?:todo|to-do|shopping|task) )?(?:list|todos|to-dos|tasks)`
const polite = /^(?:please |can you |could you |would you |and )+/i
const orders: readonly (readonly [Exclude<Errand['act'], 'list'>, RegExp])[] = [
  ['add', new RegExp(`^(?:add|put|write) (.+?) (?:to|on|onto) ${list}$`, 'i')],
  ['add', /^add (?!.* to )(?![\d\s.,+-]+(?:and|$))(.+)$/i],
  ['tick', /^(?:tick|check|cross) off (.+)$/i],
  ['tick', new RegExp(`^(?:tick|check|cross) (.+?) off(?: ${list})?$`, 'i')],
  ['tick', /^tick (.+)$/i],
  ['tick', /^mark (.+?) (?:as )?(?:done|complete|completed|finished)$/i],
  ['delete', new RegExp(`^(?:delete|remove|take|erase) (.+?) (?:from|off) ${list}$`, 'i')],
  ['delete', /^(?:delete|remove|erase) (?!.* from )(.+)$/i],
]
const asking: readonly RegExp[] = [
  new RegExp(String.raw`^(?:what(?:'s| is| are)?|show|list|read|tell|which)\b.{0,40}\b${list}\b`, 'i'),
  new RegExp(`^(?:(?:show|list) )?${list}$`, 'i'),
  /^what(?:'s| is| do i have| have i got)(?: left| still)? to do(?: today)?$/i,
]

/** What a question asks to be done with the list; empty unless every part of it does. */
export function errandsOf(question: string): Errand[] {
  const sentences = question
    .replace(/[’]/g, "'")
    .split(/[,;.!]?\s+(?:and )?then,?\s+|[.;!?]\s+/i)
    .map((sentence) => sentence.replace(polite, '').replace(/[\s.!?]+$/, ''))
    .filter((sentence) => sentence !== '')
  const found = sentences.map(errandsOfSentence)
  return found.every((errands) => errands.length > 0) ? found.flat() : []
}

function errandsOfSentence(sentence: string): Errand[] {
  for (const [act, order] of orders) {
    const things = sentence.match(order)?.[1]
    if (things !== undefined) return thingsIn(things).map((title) => ({ act, title }))
  }
  return asking.some((way) => way.test(sentence)) ? [{ act: 'list' }] : []
}

/** `milk, bread and eggs` are three; what stands in quotation marks is one. */
function thingsIn(text: string): string[] {
  const quoted = text.match(/^["“'](.+)["”']$/)?.[1]
  const things = quoted === undefined ? text.split(/,\s*(?:and\s+)?|\s+and\s+/i) : [quoted]
  return things.map((thing) => thing.trim()).filter((thing) => thing !== '')
}
