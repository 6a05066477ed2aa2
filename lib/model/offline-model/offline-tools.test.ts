import { describe, expect, test } from 'vitest'
import { type OfflineResult, parseCommands, planToolStep } from './offline-tools'

const offered = ['complete_todo', 'create_todo', 'delete_todo', 'list_todos']
const todo = (id: string, title: string, done = false) => ({ id, title, done })
const result = (name: string, input: object, output: unknown, error: string | null = null): OfflineResult => ({
  name,
  input,
  output,
  error,
})

describe('parseCommands', () => {
  test.each([
    ['Add milk to my list', ['add milk']],
    ['add milk, bread and eggs to the shopping list!', ['add milk', 'add bread', 'add eggs']],
    ['Please add "salt and pepper" to my todos', ['add salt and pepper']],
    ['Put eggs on my list', ['add eggs']],
    ['Put the bins out on my list', ['add the bins out']],
    ['Could you write bread onto the todo list?', ['add bread']],
    ['add call the plumber', ['add call the plumber']],
    ['Tick milk off', ['tick milk']],
    ['tick milk', ['tick milk']],
    ['tick off milk and bread', ['tick milk', 'tick bread']],
    ['Mark milk as done.', ['tick milk']],
    ['delete milk', ['delete milk']],
    ['Remove milk from my list', ['delete milk']],
    ["What's on my list?", ['list']],
    ['What is on my todo list?', ['list']],
    ['Show my list', ['list']],
    ['my todos', ['list']],
    ['What do I have to do today?', ['list']],
    ['What is left to do?', ['list']],
    ['Add milk and bread to my list, then tick milk off', ['add milk', 'add bread', 'tick milk']],
    ['Add milk to my list. What is on my list?', ['add milk', 'list']],
  ])('parses %j as %j', (question, commands) => {
    const parsed = parseCommands(question).map((command) =>
      'title' in command ? `${command.act} ${command.title}` : command.act,
    )
    expect(parsed).toEqual(commands)
  })

  test.each([
    'What is the capital of France?',
    'What is there to do in Paris?',
    'Rename milk to oat milk',
    'Clear my list',
    'Add 2 and 3',
    'Add a column to the table',
    'How do I delete a file?',
    'Remove the duplicates from this array',
    'I would like to add something to my list some day',
    'A list of 5 fruits',
    'list five planets',
    'Add milk to my list. How tall is the Eiffel tower?',
    'tick',
    'add',
    '',
  ])('finds no command in %j', (question) => expect(parseCommands(question)).toEqual([]))
})

describe('planToolStep', () => {
  test('adds two todos at once and then ticks one off by the id in the result of the tool', () => {
    const question = 'Add milk and bread to my list, then tick milk off'
    const added = [
      result('create_todo', { title: 'milk' }, { todo: todo('1', 'milk') }),
      result('create_todo', { title: 'bread' }, { todo: todo('2', 'bread') }),
    ]
    const ticked = result('complete_todo', { id: '1' }, { todo: todo('1', 'milk', true) })
    expect(planToolStep(question, [], offered)).toEqual({
      calls: [
        { name: 'create_todo', input: { title: 'milk' } },
        { name: 'create_todo', input: { title: 'bread' } },
      ],
    })
    expect(planToolStep(question, added, offered)).toEqual({ calls: [{ name: 'complete_todo', input: { id: '1' } }] })
    expect(planToolStep(question, [...added, ticked], offered)).toEqual({
      text: 'I put **milk** and **bread** on your list. I ticked **milk** off.',
    })
  })

  test('lists the todos before it deletes one', () => {
    const listed = result('list_todos', {}, { todos: [todo('7', 'Buy milk'), todo('8', 'bread')] })
    expect(planToolStep('delete milk', [], offered)).toEqual({
      calls: [{ name: 'list_todos', input: { filter: 'all' } }],
    })
    expect(planToolStep('delete milk', [listed], offered)).toEqual({
      calls: [{ name: 'delete_todo', input: { id: '7' } }],
    })
    const refused = result('delete_todo', { id: '7' }, null, 'The user denied this tool call. It was not executed.')
    expect(planToolStep('delete milk', [listed, refused], offered)).toEqual({
      text: 'You said no, so **milk** stays on your list.',
    })
    const deleted = result('delete_todo', { id: '7' }, { todo: todo('7', 'Buy milk') })
    expect(planToolStep('delete the milk task', [listed, deleted], offered)).toEqual({
      text: 'I deleted **the milk task**.',
    })
    expect(planToolStep('delete cheese', [listed], offered)).toEqual({
      text: 'I found nothing like **cheese** on your list.',
    })
  })

  test('ticks off only one todo, which is open and has exactly the given title', () => {
    const all = [todo('3', 'oat milk'), todo('2', 'milk', true), todo('1', 'milk')]
    const listed = result('list_todos', {}, { todos: all })
    const calls = [{ name: 'complete_todo', input: { id: '1' } }]
    expect(planToolStep('tick off milk', [listed], offered)).toEqual({ calls })
    const ticked = result('complete_todo', { id: '1' }, { todo: todo('1', 'milk', true) })
    expect(planToolStep('tick off milk', [listed, ticked], offered)).toEqual({ text: 'I ticked **milk** off.' })
    // A todo with the same title that is added afterwards must stay open.
    const added = result('create_todo', { title: 'milk' }, { todo: todo('4', 'milk') })
    const question = 'Tick milk off, then add milk to my list'
    expect(planToolStep(question, [listed, ticked, added], offered)).toEqual({
      text: 'I ticked **milk** off. I put **milk** on your list.',
    })
  })

  test('describes failures without their error code', () => {
    const listed = result('list_todos', {}, { todos: [todo('7', 'milk')] })
    const failed = result('complete_todo', { id: '7' }, null, 'not_found: There is nothing here.')
    expect(planToolStep('tick off milk and cheese', [listed, failed], offered)).toEqual({
      text: 'I could not tick **milk** off: There is nothing here. I found nothing like **cheese** on your list.',
    })
  })

  test('lists the todos again after a change', () => {
    const list = (todos: object[]) =>
      planToolStep('What is on my list?', [result('list_todos', {}, { todos })], offered)
    expect(list([])).toEqual({ text: 'Your list is empty. To add a todo, write *add milk to my list*.' })
    expect(list([todo('1', 'milk', true), todo('2', 'bread')])).toEqual({
      text: 'On your list:\n\n- [x] milk\n- [ ] bread',
    })
    // The list was read to find the milk and has changed since.
    const question = 'Tick milk off. What is on my list?'
    const before = result('list_todos', {}, { todos: [todo('1', 'milk')] })
    const ticked = result('complete_todo', { id: '1' }, { todo: todo('1', 'milk', true) })
    const after = result('list_todos', {}, { todos: [todo('1', 'milk', true)] })
    expect(planToolStep(question, [before, ticked], offered)).toHaveProperty('calls.0.name', 'list_todos')
    expect(planToolStep(question, [before, ticked, after], offered)).toEqual({
      text: 'I ticked **milk** off.\n\nOn your list:\n\n- [x] milk',
    })
  })

  test('returns null for other questions and if the tools are not offered', () => {
    expect(planToolStep('Hello', [], offered)).toBeNull()
    expect(planToolStep('Add milk to my list', [], [])).toBeNull()
    expect(planToolStep(`Add ${'x'.repeat(500)} to my list`, [], offered)).toBeNull()
  })

  test('ends with a text even if every tool call fails', () => {
    const question = 'Add milk to my list, then tick milk off, then delete bread'
    const results: OfflineResult[] = []
    for (let step = 0; step < 10; step++) {
      const next = planToolStep(question, results, offered)
      if (next && 'text' in next) return expect(next.text).toContain('milk')
      for (const { name, input } of next?.calls ?? []) results.push(result(name, input, null, 'The tool failed.'))
    }
    expect.unreachable('no step was a text')
  })
})

test('parses texts that are expensive for regular expressions within a second', () => {
  const startedAt = performance.now()
  for (const piece of ['add ', 'to my list ', 'tick off ', 'then ', ', and ', 'what my list ', '"', 'a, '])
    parseCommands(piece.repeat(400).slice(0, 400))
  expect(performance.now() - startedAt).toBeLessThan(1000)
})
