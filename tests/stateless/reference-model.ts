/**
 * A model of the product for one user: it keeps everything in memory and executes one operation after the other. The
 * real product must show the same results.
 */
import { answerTokens } from '@/tests/model-stub/answer-tokens.mjs'
import { readDirectives } from '@/tests/model-stub/behavior.mjs'
import type { Operation } from './operations'

/**
 * A message of the shown branch, which is ordered from oldest to newest. `versions` is the number of
 * versions of an edited question.
 */
export type VisibleMessage = { role: 'user' | 'assistant'; status: string; text: string; versions?: number }
export type Observation =
  | { list: string[]; theme: string; todos: string[] }
  | { found: string[] }
  | { branch: VisibleMessage[] }

type ModelMessage = { role: 'user' | 'assistant'; parent: number | null; text: string }
type ModelConversation = { messages: ModelMessage[]; leaf: number | null; deleted: boolean; title: string | null }

export type ReferenceModel = {
  apply: (operation: Operation) => Observation | null
  /** Returns the numbers of the todos that are neither done nor deleted. */
  openTodos: () => number[]
  /** Returns the conversations that are not deleted, with the newest activity first. */
  usable: () => number[]
  /** Returns the messages of the shown branch, oldest first. */
  branchOf: (conversation: number) => { number: number; role: 'user' | 'assistant' }[]
  /** Maps each version of a conversation's first question to its first version. */
  firstQuestions: () => Map<string, string>
}

export function createReferenceModel(): ReferenceModel {
  const conversations: ModelConversation[] = []
  let newestFirst: number[] = []
  let theme = 'system'
  const todos = new Map<number, { title: string; done: boolean }>()

  const at = (conversation: number): ModelConversation => {
    conversations[conversation] ??= { messages: [], leaf: null, deleted: false, title: null }
    return conversations[conversation]
  }
  const add = (to: ModelConversation, message: ModelMessage) => to.messages.push(message) - 1
  const pathTo = ({ messages }: ModelConversation, leaf: number | null) => {
    const path: number[] = []
    for (let number = leaf; number !== null; number = messages[number]?.parent ?? null) path.unshift(number)
    return path
  }
  const ask = (conversation: number, parent: number | null, text: string) => {
    const to = at(conversation)
    answer(conversation, add(to, { role: 'user', parent, text }))
  }
  const answer = (conversation: number, question: number) => {
    const to = at(conversation)
    // The model call contains the system prompt and the branch down to the question.
    const messages = Array.from({ length: 1 + pathTo(to, question).length }, () => null)
    const text = to.messages[question]?.text ?? ''
    const request = {
      model: '',
      messages,
      stream: true,
      includeUsage: true,
      maxTokens: null,
      offersTools: true,
      question: text,
    }
    const { tokens } = answerTokens(request, readDirectives(text))
    to.leaf = add(to, { role: 'assistant', parent: question, text: tokens.join('') })
    newestFirst = [conversation, ...newestFirst.filter((other) => other !== conversation)]
  }
  const usable = () => newestFirst.filter((conversation) => !at(conversation).deleted)
  const parentOf = (conversation: number, message: number) => at(conversation).messages[message]?.parent ?? null

  return {
    usable,
    openTodos: () => [...todos].filter(([, { done }]) => !done).map(([number]) => number),
    branchOf: (conversation) => {
      const from = at(conversation)
      return pathTo(from, from.leaf).map((number) => ({ number, role: from.messages[number]?.role ?? 'user' }))
    },
    firstQuestions: () => {
      const firstQuestions = conversations.map(({ messages }) => messages.filter(({ parent }) => parent === null))
      return new Map(
        firstQuestions.flatMap((questions) => questions.map(({ text }) => [text, questions[0]?.text ?? ''])),
      )
    },
    apply: (operation) => {
      switch (operation.do) {
        case 'send':
          ask(operation.conversation, at(operation.conversation).leaf, operation.text)
          return null
        case 'edit':
          ask(operation.conversation, parentOf(operation.conversation, operation.message), operation.text)
          return null
        case 'regenerate':
          answer(operation.conversation, parentOf(operation.conversation, operation.message) ?? 0)
          return null
        case 'delete':
        case 'restore':
          at(operation.conversation).deleted = operation.do === 'delete'
          return null
        case 'rename':
          at(operation.conversation).title = operation.title
          return null
        case 'search':
          return { found: usable().map(at).filter(hasWords(operation.text)).map(titleOf) }
        case 'theme':
          theme = operation.theme
          return null
        case 'list':
          return {
            list: usable().map((conversation) => titleOf(at(conversation))),
            theme,
            todos: [...todos.values()].map(shownTodo).toReversed(),
          }
        case 'write down':
          todos.set(operation.todo, { title: operation.title, done: false })
          return null
        case 'tick':
          todos.set(operation.todo, { title: todos.get(operation.todo)?.title ?? '', done: true })
          return null
        case 'cross out':
          todos.delete(operation.todo)
          return null
        case 'read':
          return { branch: visibleBranch(at(operation.conversation), pathTo) }
      }
    },
  }
}

export const shownTodo = ({ title, done }: { title: string; done: boolean }) => `${done ? '✓' : '○'} ${title}`

/**
 * Returns the given title, or the text of the first question. In these tests the model stub generates that same title.
 */
const titleOf = ({ title, messages }: ModelConversation) => title ?? messages[0]?.text ?? ''

/**
 * Matches conversations in whose title or in one of whose messages all words occur. The last word may be a prefix.
 * Texts of these tests consist of letters, digits and spaces.
 */
function hasWords(text: string): (conversation: ModelConversation) => boolean {
  const wanted = text.toLowerCase().split(' ')
  const last = wanted.pop() ?? ''
  const matches = (candidate: string) => {
    const words: string[] = candidate.toLowerCase().match(/[a-z0-9]+/g) ?? []
    return wanted.every((word) => words.includes(word)) && words.some((word) => word.startsWith(last))
  }
  return (conversation) => matches(titleOf(conversation)) || conversation.messages.some(({ text }) => matches(text))
}

function visibleBranch(
  from: ModelConversation,
  pathTo: (from: ModelConversation, leaf: number | null) => number[],
): VisibleMessage[] {
  return pathTo(from, from.leaf).flatMap((number) => {
    const message = from.messages[number]
    if (!message) return []
    const { role, text, parent } = message
    const versions = from.messages.filter((other) => other.parent === parent && other.role === role).length
    return [{ role, status: 'complete', text, ...(role === 'user' && { versions }) }]
  })
}
