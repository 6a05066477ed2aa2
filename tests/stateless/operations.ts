import type { SeededRandom } from '@/tests/chaos/seeded-random'
import { createReferenceModel, type Observation } from './reference-model'

/** Conversations and messages by number, in the order in which they came to be: ids are another matter in each run. */
export type Operation =
  | { do: 'send'; conversation: number; text: string }
  | { do: 'edit'; conversation: number; message: number; text: string }
  | { do: 'regenerate'; conversation: number; message: number }
  | { do: 'delete' | 'restore' | 'read'; conversation: number }
  | { do: 'theme'; theme: 'system' | 'light' | 'dark' }
  | { do: 'rename'; conversation: number; title: string }
  | { do: 'search'; text: string }
  /** Todos by number, in the order in which they came to be. */
  | { do: 'write down'; todo: number; title: string }
  | { do: 'tick' | 'cross out'; todo: number }
  | { do: 'list' }

/** A person's operations in order, and what each must show. */
export type Expected = { operation: Operation; observation: Observation | null }
export type Plan = { steps: Expected[]; firstQuestions: ReadonlyMap<string, string> }

/** Slow enough to be met by a killed server, short enough to read as a title. */
const paces = ['', '[stub:tokens=10] [stub:gap=8] ', '[stub:tokens=15] [stub:gap=12] '] as const

/** Makes up what a person does: each operation is possible after those before it. Ends with a look at everything. */
export function planOperations(random: SeededRandom, count: number, name: string): Plan {
  const model = createReferenceModel()
  const steps: Expected[] = []
  let conversations = 0
  const then = (operation: Operation) => steps.push({ operation, observation: model.apply(operation) })
  let todos = 0
  const planTodo = () => {
    const open = model.openTodos()
    const kind = open.length === 0 ? 0 : random.below(4)
    if (kind < 2) return then({ do: 'write down', todo: todos++, title: `${name} needs ${steps.length}` })
    return then({ do: kind === 2 ? 'tick' : 'cross out', todo: random.pick(open) })
  }
  const say = () => `${random.pick(paces)}${name} says ${steps.length}`

  while (steps.length < count) {
    const usable = model.usable()
    const chance = usable.length === 0 ? 0 : random.below(100)
    if (chance < 12) {
      then({ do: 'send', conversation: conversations++, text: say() })
      continue
    }
    const conversation = random.pick(usable)
    const branch = model.branchOf(conversation)
    const numbers = (role: string) => branch.filter((message) => message.role === role).map(({ number }) => number)
    if (chance < 45) then({ do: 'send', conversation, text: say() })
    else if (chance < 57) then({ do: 'edit', conversation, message: random.pick(numbers('user')), text: say() })
    else if (chance < 67) then({ do: 'regenerate', conversation, message: random.pick(numbers('assistant')) })
    else if (chance < 75) {
      then({ do: 'delete', conversation })
      then({ do: 'list' })
      if (random.below(2) === 0) then({ do: 'restore', conversation })
    } else if (chance < 79) then({ do: 'theme', theme: random.pick(['system', 'light', 'dark']) })
    else if (chance < 84) then({ do: 'rename', conversation, title: `${name} renames ${steps.length}` })
    // What was said in one place, or a word of every title and question.
    else if (chance < 89)
      then({ do: 'search', text: random.pick([`${name} says ${random.below(steps.length)}`, name]) })
    else if (chance < 92) then({ do: 'list' })
    else if (chance < 96) planTodo()
    else then({ do: 'read', conversation })
  }
  then({ do: 'list' })
  for (const conversation of model.usable()) then({ do: 'read', conversation })
  return { steps, firstQuestions: model.firstQuestions() }
}
