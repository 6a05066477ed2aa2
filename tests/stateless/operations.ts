import type { SeededRandom } from '@/tests/chaos/seeded-random'
import { createReferenceModel, type Observation } from './reference-model'

/**
 * An operation of a user. Conversations, messages and todos are numbered in order of creation, because
 * their ids differ between runs.
 */
export type Operation =
  | { do: 'send'; conversation: number; text: string }
  | { do: 'edit'; conversation: number; message: number; text: string }
  | { do: 'regenerate'; conversation: number; message: number }
  | { do: 'delete' | 'restore' | 'read'; conversation: number }
  | { do: 'theme'; theme: 'system' | 'light' | 'dark' }
  | { do: 'rename'; conversation: number; title: string }
  | { do: 'search'; text: string }
  | { do: 'write down'; todo: number; title: string }
  | { do: 'tick' | 'cross out'; todo: number }
  | { do: 'list' }

/** An operation with the result that it must show. */
export type Expected = { operation: Operation; observation: Observation | null }
export type Plan = { steps: Expected[]; firstQuestions: ReadonlyMap<string, string> }

/**
 * Directives for the model stub. Answers must be slow enough for a server to be killed in the middle, and the
 * directives short enough for a title.
 */
const paces = ['', '[stub:tokens=10] [stub:gap=8] ', '[stub:tokens=15] [stub:gap=12] '] as const

/**
 * Plans random operations of a user, each of which is possible after those before it. The
 * plan ends by reading everything.
 */
export function planOperations(random: SeededRandom, count: number, name: string): Plan {
  const model = createReferenceModel()
  const steps: Expected[] = []
  let conversations = 0
  const addStep = (operation: Operation) => steps.push({ operation, observation: model.apply(operation) })
  let todos = 0
  const planTodo = () => {
    const open = model.openTodos()
    const kind = open.length === 0 ? 0 : random.below(4)
    if (kind < 2) return addStep({ do: 'write down', todo: todos++, title: `${name} needs ${steps.length}` })
    return addStep({ do: kind === 2 ? 'tick' : 'cross out', todo: random.pick(open) })
  }
  const newText = () => `${random.pick(paces)}${name} says ${steps.length}`

  while (steps.length < count) {
    const usable = model.usable()
    const chance = usable.length === 0 ? 0 : random.below(100)
    if (chance < 12) {
      addStep({ do: 'send', conversation: conversations++, text: newText() })
      continue
    }
    const conversation = random.pick(usable)
    const branch = model.branchOf(conversation)
    const numbers = (role: string) => branch.filter((message) => message.role === role).map(({ number }) => number)
    if (chance < 45) addStep({ do: 'send', conversation, text: newText() })
    else if (chance < 57) addStep({ do: 'edit', conversation, message: random.pick(numbers('user')), text: newText() })
    else if (chance < 67) addStep({ do: 'regenerate', conversation, message: random.pick(numbers('assistant')) })
    else if (chance < 75) {
      addStep({ do: 'delete', conversation })
      addStep({ do: 'list' })
      if (random.below(2) === 0) addStep({ do: 'restore', conversation })
    } else if (chance < 79) addStep({ do: 'theme', theme: random.pick(['system', 'light', 'dark']) })
    else if (chance < 84) addStep({ do: 'rename', conversation, title: `${name} renames ${steps.length}` })
    // Searches for the text of one message, or for a word that occurs in every title and question.
    else if (chance < 89)
      addStep({ do: 'search', text: random.pick([`${name} says ${random.below(steps.length)}`, name]) })
    else if (chance < 92) addStep({ do: 'list' })
    else if (chance < 96) planTodo()
    else addStep({ do: 'read', conversation })
  }
  addStep({ do: 'list' })
  for (const conversation of model.usable()) addStep({ do: 'read', conversation })
  return { steps, firstQuestions: model.firstQuestions() }
}
