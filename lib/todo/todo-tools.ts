import { z } from 'zod'
import { type TodoItem, todoFilters } from '@/lib/contract/api'
import { defineTool, maxOutputCharacters, type Tool } from '@/lib/tool'
import { createTodo, deleteTodo, listTodos, patchTodo, requireTodo, todoDescription, todoId, todoTitle } from './todos'

const id = todoId.describe('The id of the todo, as returned by list_todos or create_todo')

const createTodoTool = defineTool({
  name: 'create_todo',
  title: 'Add a todo',
  description: "Adds one item to the user's todo list. Call it once for each item. Returns the new todo with its id.",
  input: z.strictObject({
    title: todoTitle.describe('The task to be done, on one line of at most 200 characters'),
    description: todoDescription.optional().describe('Further details, if there are any'),
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
    "Returns the user's todos, newest first, up to 100 items. Use it to answer questions about the list, or to find the id of a todo before changing it.",
  input: z.strictObject({
    filter: z
      .enum(todoFilters)
      .default('all')
      .describe('Which todos to return: all, only open ones, or only completed ones'),
  }),
  effect: 'reads',
  scope: 'todos:read',
  run: async (context, { filter }) => {
    const { items, next } = await listTodos(context, { filter, limit: 100, after: null })
    const todos = fitIntoResult(items)
    return { todos, hasMore: next !== null || todos.length < items.length }
  },
})

/** Returns the first items that fit into one result, because 100 items with long descriptions may exceed its limit. */
function fitIntoResult(items: readonly TodoItem[]): readonly TodoItem[] {
  // Reserves space for the fields around the list.
  let remaining = maxOutputCharacters - 100
  const end = items.findIndex((item) => {
    remaining -= JSON.stringify(item).length + 1
    return remaining < 0
  })
  return end === -1 ? items : items.slice(0, end)
}

const updateTodoTool = defineTool({
  name: 'update_todo',
  title: 'Update a todo',
  description:
    'Changes the title or description of a todo, or reopens a completed one. Fields that are omitted stay unchanged. To mark a todo as done, use complete_todo.',
  input: z.strictObject({
    id,
    title: todoTitle.optional().describe('The new title'),
    description: todoDescription.optional().describe('The new description'),
    done: z.boolean().optional().describe('Whether the todo is done'),
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
  title: 'Complete a todo',
  description: 'Marks a todo as done. The todo stays on the list.',
  input: z.strictObject({ id }),
  effect: 'writes',
  scope: 'todos:write',
  run: async (context, { id }) => ({ todo: await patchTodo(context, id, { done: true }) }),
})

const deleteTodoTool = defineTool({
  name: 'delete_todo',
  title: 'Delete a todo',
  description:
    'Permanently deletes a todo. Use it only if the user asks to delete or remove a todo. To mark a todo as done, use complete_todo.',
  input: z.strictObject({ id }),
  effect: 'destroys',
  scope: 'todos:write',
  run: async (context, { id }) => ({ todo: await deleteTodo(context, id) }),
})

/** The tools for the user's todo list. */
export const todoTools: readonly Tool[] = Object.freeze([
  createTodoTool,
  listTodosTool,
  updateTodoTool,
  completeTodoTool,
  deleteTodoTool,
])
