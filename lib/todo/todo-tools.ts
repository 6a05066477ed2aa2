import { z } from 'zod'
import { type TodoItem, todoFilters } from '@/lib/contract/api'
import { defineTool, maxOutputCharacters, type Tool } from '@/lib/tool'
import { createTodo, deleteTodo, listTodos, patchTodo, requireTodo, todoDescription, todoId, todoTitle } from './todos'

const id = todoId.describe('The id of the todo, as list_todos or create_todo gave it')

const createTodoTool = defineTool({
  name: 'create_todo',
  title: 'Add a todo',
  description:
    "Writes one new item on the user's todo list. Call it once for each item. Answers with the todo and its id.",
  input: z.strictObject({
    title: todoTitle.describe('What is to be done, in one line of at most 200 characters'),
    description: todoDescription.optional().describe('More about it, if there is more to say'),
  }),
  effect: 'writes',
  scope: 'todos:write',
  run: async (context, { title, description = '' }, { key }) => ({
    todo: await createTodo(context, { title, description, done: false }, key),
  }),
})

const listTodosTool = defineTool({
  name: 'list_todos',
  title: 'List todos',
  description:
    "Reads the user's todo list, newest first, up to 100 items. Call it to answer questions about the list, and to find the id of an item that is to be changed.",
  input: z.strictObject({
    filter: z.enum(todoFilters).default('all').describe('Which of them: all, those still open, or those done'),
  }),
  effect: 'reads',
  scope: 'todos:read',
  run: async (context, { filter }) => {
    const { items, next } = await listTodos(context, { filter, limit: 100, after: null })
    const todos = readable(items)
    return { todos, hasMore: next !== null || todos.length < items.length }
  },
})

/** The first of them, as far as one result reaches: a hundred descriptions can be more than that. */
function readable(items: readonly TodoItem[]): readonly TodoItem[] {
  // The rest is for what stands around the list.
  let room = maxOutputCharacters - 100
  const end = items.findIndex((item) => {
    room -= JSON.stringify(item).length + 1
    return room < 0
  })
  return end === -1 ? items : items.slice(0, end)
}

const updateTodoTool = defineTool({
  name: 'update_todo',
  title: 'Change a todo',
  description:
    'Changes the title or the description of a todo, or opens one again that was done. What is left out stays.',
  input: z.strictObject({
    id,
    title: todoTitle.optional().describe('The new title'),
    description: todoDescription.optional().describe('The new description'),
    done: z.boolean().optional().describe('Whether it is done'),
  }),
  effect: 'writes',
  scope: 'todos:write',
  run: async (context, { id, ...patch }) => {
    const before = await requireTodo(context, id)
    return { todo: await patchTodo(context, id, patch), before }
  },
})

const completeTodoTool = defineTool({
  name: 'complete_todo',
  title: 'Tick a todo off',
  description: 'Marks a todo as done. Its id comes from list_todos or create_todo.',
  input: z.strictObject({ id }),
  effect: 'writes',
  scope: 'todos:write',
  run: async (context, { id }) => ({ todo: await patchTodo(context, id, { done: true }) }),
})

const deleteTodoTool = defineTool({
  name: 'delete_todo',
  title: 'Delete a todo',
  description:
    'Takes a todo off the list for good. Only if the user wants it gone; something that was done is ticked off instead.',
  input: z.strictObject({ id }),
  effect: 'destroys',
  scope: 'todos:write',
  run: async (context, { id }) => ({ todo: await deleteTodo(context, id) }),
})

/** What a model can do with the user's todo list. */
export const todoTools: readonly Tool[] = Object.freeze([
  createTodoTool,
  listTodosTool,
  updateTodoTool,
  completeTodoTool,
  deleteTodoTool,
])
